/**
 * @jest-environment ./plugins/runtimes/onnx/spec/native-arrays.cjs
 */
import { createRequire } from 'node:module';
import { describe, expect, it } from '@jest/globals';
import type { Item } from '@steelyard/runtime-kit';
import { describeRuntime, withModel, withPackage } from '@steelyard/runtime-testkit';
import { detector, files, options, picture, recognizer } from '../spec/colours.fixture.js';
import type { Word } from '../spec/colours.fixture.js';
import ocr from './index.js';

const context = { signal: new AbortController().signal, emit: async () => {} };
const empty = { text: '', lines: [] };
const box = (x: number, y: number, width: number, height: number) => ({ x, y, width, height });

// Letters of 20 by 20 are found by their pixels and grow by half of their area over their perimeter: 60 by 20 by 3.75 on each side.
const fixture = {
  files,
  options,
  task: 'ocr',
  items: [{ image: picture(192, 96, [{ letters: 'rgb', x: 40, y: 40 }]) }, { image: picture(64, 64, []) }, { image: picture(224, 96, [{ letters: 'bgr', x: 20, y: 10 }, { letters: 'g', x: 160, y: 60 }]) }],
  expected: [
    { text: 'rgb', lines: [{ text: 'rgb', score: 1, box: box(36.25, 36.25, 67.5, 27.5) }], width: 192, height: 96 },
    { ...empty, width: 64, height: 64 },
    { text: 'bgr\ng', lines: [{ text: 'bgr', score: 1, box: box(16.25, 6.25, 67.5, 27.5) }, { text: 'g', score: 1, box: box(157.5, 57.5, 25, 25) }], width: 224, height: 96 },
  ],
  badItem: { image: { dtype: 'uint8', shape: [2, 2, 4], data: new Uint8Array(16) } },
  garbage: [Buffer.alloc(0), Buffer.from('not a model'), Buffer.from('{"a": 1}'), Buffer.alloc(1000, 0xff)],
} as const;

describeRuntime({ runtime: ocr, describe, it, fixture });

it('has the version of its package', () => {
  expect(ocr.version).toBe((createRequire(import.meta.url)('../package.json') as { version: string }).version);
});

describe('a picture', () => {
  const read = (items: readonly Item[], more = {}): Promise<readonly (Item | Error)[]> =>
    withModel(ocr, { ...fixture, options: { ...options, ...more } }, (model) => model.run(items, context));
  const textOf = async (width: number, height: number, words: readonly Word[], more = {}): Promise<unknown> => {
    const [answer] = await read([{ image: picture(width, height, words) }], more);
    return answer instanceof Error ? answer : answer?.['text'];
  };

  it('is read in rows, from left to right', async () => {
    const words = [{ letters: 'b', x: 150, y: 52 }, { letters: 'rg', x: 20, y: 50 }, { letters: 'gr', x: 30, y: 10 }, { letters: 'bg', x: 120, y: 12 }];
    expect(await textOf(224, 96, words)).toBe('gr bg\nrg b');
  });

  it('is read where it was sent, however small it is looked for', async () => {
    const [answer] = await read([{ image: picture(1600, 400, [{ letters: 'rgbrg', x: 200, y: 100, width: 100, height: 100 }]) }], { sideMax: 128 });
    expect(answer).toMatchObject({ text: 'rgbrg', width: 1600, height: 400 });
    const [{ box: found }] = (answer as { lines: { box: ReturnType<typeof box> }[] }).lines as [{ box: ReturnType<typeof box> }];
    for (const [value, wanted] of [[found.x, 179], [found.y, 79], [found.width, 542], [found.height, 142]] as const) expect(Math.abs(value - wanted)).toBeLessThan(30);
  });

  it('is read from the top down where a line is tall', async () => {
    expect(await textOf(96, 224, [{ letters: 'rgbgr', x: 40, y: 40, isVertical: true }])).toBe('rgbgr');
  });

  it('leaves out what it is not sure of', async () => {
    const words = [{ letters: 'rgb', x: 20, y: 40 }];
    const unsure = (scoreThreshold: number): Promise<unknown> =>
      withModel(ocr, { ...fixture, files: { ...files, 'read.onnx': recognizer(48, 1) }, options: { ...options, scoreThreshold } }, (model) => model.run([{ image: picture(96, 96, words) }], context));
    expect(await unsure(0.9)).toEqual([expect.objectContaining({ text: 'rgb' })]);
    expect(await unsure(0.99)).toEqual([{ ...empty, width: 96, height: 96 }]);
    expect(await textOf(96, 96, words, { boxThreshold: 1 })).toBe('');
  });

  it('gives no more lines than are asked for', async () => {
    const words = [0, 1, 2].map((row) => ({ letters: 'r', x: 10, y: 4 + row * 30 }));
    expect(await textOf(64, 96, words, { linesMax: 2 })).toBe('r\nr');
  });

  it('of no pixels, and of a single one, is no failure of the model', async () => {
    const [none, one] = await read([{ image: { dtype: 'uint8', shape: [0, 5, 3], data: new Uint8Array(0) } }, { image: picture(1, 1, []) }]);
    expect(none).toMatchObject({ code: 'INPUT.INVALID' });
    expect(one).toEqual({ ...empty, width: 1, height: 1 });
  });

  it('is left when nobody waits for it any more', async () => {
    await withModel(ocr, fixture, (model) => expect(model.run([fixture.items[0]], { ...context, signal: AbortSignal.abort() })).rejects.toThrow());
  });
});

describe('a package', () => {
  const load = (changed: Partial<typeof fixture.files>, more: Record<string, unknown> = {}): Promise<unknown> =>
    withPackage(ocr, { ...fixture, files: { ...files, ...changed }, options: { ...options, ...more } }, (opening) => ocr.open(opening));

  it('names its three files', async () => {
    await expect(load({}, { detection: 'other.onnx' })).rejects.toMatchObject({ code: 'RUNTIME.OPTIONS_INVALID', message: expect.stringContaining('"detection"') });
  });

  it('has no others', async () => {
    await expect(load({ 'more.onnx': detector() } as object)).rejects.toMatchObject({ code: 'RUNTIME.ARTIFACT_REFUSED', details: expect.objectContaining({ path: 'more.onnx' }) });
  });

  it('has a character for each class', async () => {
    await expect(load({ 'letters.txt': Buffer.from('r\ng') })).rejects.toMatchObject({ code: 'RUNTIME.LOAD_FAILED', message: expect.stringContaining('4 classes') });
    await expect(load({}, { spaces: true })).rejects.toMatchObject({ code: 'RUNTIME.LOAD_FAILED' });
  });

  it('has a detector for pictures of any size, and it gives a map', async () => {
    await expect(load({ 'find.onnx': recognizer() })).rejects.toMatchObject({ code: 'RUNTIME.LOAD_FAILED', message: expect.stringContaining('[n, 3, height, width]') });
    await withModel(ocr, { ...fixture, files: { ...files, 'find.onnx': recognizer('height') } }, async (model) => {
      expect(await model.run([fixture.items[0]], context)).toEqual([expect.objectContaining({ code: 'RUNTIME.OUTPUT_INVALID' })]);
    });
  });
});
