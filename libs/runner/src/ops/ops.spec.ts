import { describe, expect, it } from '@jest/globals';
import type { PostOp, PreOp } from '@steelyard/model-package';
import { Pixels } from '../images/pixels.js';
import { Bag } from './bag.js';
import { compilePost, compilePre } from './registry.js';

const gray = (width: number, ...data: number[]): Pixels => new Pixels(width, data.length / width, 1, Uint8Array.from(data));

async function before(op: PreOp, fields: Record<string, unknown>): Promise<Record<string, unknown>> {
  const bag = new Bag(fields);
  await compilePre(op)(bag);
  return Object.fromEntries(bag);
}

function after(op: PostOp, fields: Record<string, unknown>): Record<string, unknown> {
  const bag = new Bag(fields);
  compilePost(op)(bag);
  return Object.fromEntries(bag);
}

const scores = (...data: number[]) => ({ dtype: 'float32', shape: [data.length], data: Float32Array.from(data) });
const pixelsIn = (fields: Record<string, unknown>): Pixels => fields['image'] as Pixels;

it('refuses an op that it does not know, also one named like a method of objects', () => {
  for (const op of ['blur', 'constructor', 'toString']) {
    expect(() => compilePre({ op } as unknown as PreOp)).toThrow(expect.objectContaining({ code: 'RUNTIME.LOAD_FAILED' }));
  }
});

describe('resize', () => {
  const resize = (options: Partial<Extract<PreOp, { op: 'resize' }>>): PreOp =>
    ({ op: 'resize', input: 'image', width: 4, height: 4, fit: 'contain', background: 'auto', ...options });

  it('does not touch an image of that size already', async () => {
    const image = gray(4, ...Array.from({ length: 16 }, (_, i) => i * 16));
    expect(pixelsIn(await before(resize({}), { image }))).toBe(image);
  });

  it.each(['fill', 'cover'] as const)('makes an image of the size asked for by %s', async (fit) => {
    const image = new Pixels(3, 5, 3, new Uint8Array(45).fill(77));
    const { width, height, channels, data } = pixelsIn(await before(resize({ fit, width: 7, height: 2 }), { image }));
    expect([width, height, channels, data.length]).toEqual([7, 2, 3, 42]);
    expect(new Set(data)).toEqual(new Set([77]));
  });

  it('fits the whole image in, between bars of a given gray', async () => {
    const { channels, data } = pixelsIn(await before(resize({ background: 9 }), { image: new Pixels(2, 4, 1, new Uint8Array(8).fill(200)) }));
    expect(channels).toBe(1);
    expect([...data]).toEqual(Array.from({ length: 4 }, () => [9, 200, 200, 9]).flat());
  });

  it('takes the border\'s own colour for the bars', async () => {
    const image = new Pixels(4, 2, 3, Uint8Array.from({ length: 24 }, (_, i) => [10, 20, 30][i % 3] as number));
    const { channels, data } = pixelsIn(await before(resize({}), { image }));
    expect([channels, data.length]).toEqual([3, 48]);
    for (let i = 0; i < data.length; i++) expect(data[i]).toBe([10, 20, 30][i % 3]);
  });

  it('makes large and tiny images small', async () => {
    for (const [width, height] of [[1, 1], [1, 3000], [3000, 2], [1000, 800]] as const) {
      const image = new Pixels(width, height, 1, new Uint8Array(width * height).fill(50));
      expect(pixelsIn(await before(resize({ width: 28, height: 28 }), { image })).data).toHaveLength(784);
    }
  });

  it('wants a decoded image', () => {
    expect(() => compilePre(resize({}))(new Bag({ image: 'text' }))).toThrow(expect.objectContaining({ code: 'INPUT.INVALID' }));
    expect(() => compilePre(resize({}))(new Bag({}))).toThrow(/missing/);
  });
});

describe('invert', () => {
  const drawing = gray(3, 250, 250, 250, 250, 10, 250, 250, 250, 250);

  it('turns dark on light into light on dark, and only that', async () => {
    const inverted = pixelsIn(await before({ op: 'invert', input: 'image', when: 'auto' }, { image: drawing }));
    expect([...inverted.data]).toEqual([5, 5, 5, 5, 245, 5, 5, 5, 5]);
    expect(pixelsIn(await before({ op: 'invert', input: 'image', when: 'auto' }, { image: inverted }))).toBe(inverted);
  });

  it('inverts always when told to, and leaves the original alone', async () => {
    const image = gray(2, 0, 1);
    expect([...pixelsIn(await before({ op: 'invert', input: 'image', when: 'always' }, { image })).data]).toEqual([255, 254]);
    expect([...image.data]).toEqual([0, 1]);
  });

  it('looks at the border alone, of images with no inside too', async () => {
    for (const image of [gray(1, 200), gray(1, 200, 0, 200), gray(3, 0, 200, 200)]) {
      const result = pixelsIn(await before({ op: 'invert', input: 'image', when: 'auto' }, { image }));
      expect(result === image).toBe([...image.data].reduce((sum, value) => sum + value, 0) / image.data.length <= 127);
    }
  });
});

describe('normalize', () => {
  const op: PreOp = { op: 'normalize', input: 'image', tensor: 'x', layout: 'CHW', scale: 255, mean: [0], std: [1] };

  it('gives a tensor in place of the pixels', async () => {
    expect(await before(op, { image: gray(2, 0, 255, 51, 102) })).toEqual({
      x: { dtype: 'float32', shape: [1, 2, 2], data: Float32Array.from([0, 1, 0.2, 0.4]) },
    });
  });

  it('puts channels first or last, each with its own mean and deviation', async () => {
    const image = new Pixels(2, 1, 3, Uint8Array.from([0, 10, 20, 30, 40, 50]));
    const perChannel = { ...op, scale: 1, mean: [0, 10, 20], std: [1, 2, 5] } as const;
    const first = await before(perChannel, { image });
    expect(first['x']).toEqual({ dtype: 'float32', shape: [3, 1, 2], data: Float32Array.from([0, 30, 0, 15, 0, 6]) });
    const last = await before({ ...perChannel, layout: 'HWC' }, { image });
    expect(last['x']).toEqual({ dtype: 'float32', shape: [1, 2, 3], data: Float32Array.from([0, 0, 0, 30, 15, 6]) });
  });
});

describe('pixels', () => {
  const op: PreOp = { op: 'pixels', input: 'image', tensor: 'x' };

  it('are a tensor as they are, rows first', async () => {
    const image = new Pixels(1, 2, 3, Buffer.from([0, 10, 20, 30, 40, 255]));
    expect(await before(op, { image })).toEqual({ x: { dtype: 'uint8', shape: [2, 1, 3], data: Uint8Array.of(0, 10, 20, 30, 40, 255) } });
    expect(await before({ ...op, tensor: 'image' }, { image: gray(2, 7, 8) })).toEqual({ image: { dtype: 'uint8', shape: [1, 2, 1], data: Uint8Array.of(7, 8) } });
  });

  it('want a decoded image', () => {
    expect(() => compilePre(op)(new Bag({ image: 'text' }))).toThrow(expect.objectContaining({ code: 'INPUT.INVALID' }));
  });
});

describe('columns', () => {
  const op: PreOp = { op: 'columns', columns: ['b', 'a'], tensor: 'x' };

  it('takes the fields in the order of the manifest', async () => {
    expect(await before(op, { a: 1, b: 2.5, c: 'kept' })).toEqual({ c: 'kept', x: { dtype: 'float32', shape: [2], data: Float32Array.from([2.5, 1]) } });
  });

  it('may give its tensor the name of a column', async () => {
    expect(await before({ ...op, tensor: 'a' }, { a: 1, b: 2 })).toEqual({ a: { dtype: 'float32', shape: [2], data: Float32Array.from([2, 1]) } });
  });

  it.each([[{ a: 1 }, 'b'], [{ a: '1', b: 2 }, 'a'], [{ a: NaN, b: 2 }, 'a'], [{ a: null, b: 2 }, 'a'], [{ a: [1], b: 2 }, 'a']])('refuses %j', (fields, field) => {
    expect(() => compilePre(op)(new Bag(fields))).toThrow(expect.objectContaining({ code: 'INPUT.INVALID', details: expect.objectContaining({ field }) }));
  });
});

describe('softmax', () => {
  it('makes probabilities of the last axis, also of large numbers', () => {
    const y = { dtype: 'float32', shape: [2, 2], data: Float32Array.from([1000, 1000, -1000, 0]) };
    expect(after({ op: 'softmax', tensor: 'y' }, { y })).toEqual({ y: { ...y, data: Float32Array.from([0.5, 0.5, 0, 1]) } });
  });

  it('wants a floating-point tensor of that name', () => {
    expect(() => after({ op: 'softmax', tensor: 'y' }, { z: scores(1) })).toThrow(/only z/);
    expect(() => after({ op: 'softmax', tensor: 'y' }, { y: { dtype: 'int64', shape: [1], data: new BigInt64Array(1) } })).toThrow(
      expect.objectContaining({ code: 'RUNTIME.OUTPUT_INVALID' }),
    );
  });
});

describe('labels', () => {
  const op: PostOp = { op: 'labels', tensor: 'p', labels: ['cat', 'dog'] };

  it('names the best score, and the first of equals', () => {
    expect(after(op, { p: scores(0.25, 0.75) })).toEqual({ label: 'dog', score: 0.75, scores: [{ label: 'cat', score: 0.25 }, { label: 'dog', score: 0.75 }] });
    expect(after(op, { p: scores(0.5, 0.5) })['label']).toBe('cat');
  });

  it('refuses another number of scores, and scores that are no numbers', () => {
    expect(() => after(op, { p: scores(1) })).toThrow(/1 scores for 2 labels/);
    expect(() => after(op, { p: scores(0, NaN) })).toThrow(expect.objectContaining({ code: 'RUNTIME.OUTPUT_INVALID' }));
  });
});
