/**
 * @jest-environment ./plugins/runtimes/onnx/spec/native-arrays.cjs
 */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { Item, LoadedModel } from '@steelyard/runtime-kit';
import { withModel, withPackage } from '@steelyard/runtime-testkit';
import { config, encoder, files, POSITIONS } from '../spec/packages.fixture.js';
import transformers from './index.js';
import { loadTransformersLibrary } from './transformers-library.js';

const classify = <T>(options: Record<string, unknown>, use: (model: LoadedModel) => Promise<T>, changed: Record<string, unknown> = {}) =>
  withModel(transformers, { files: files(changed), task: 'text-classification', options }, use);
const run = (model: LoadedModel, texts: readonly string[], signal = new AbortController().signal) =>
  model.run(texts.map((text) => ({ text })), { signal, emit: () => Promise.resolve() });
const scoreOf = (answer: Item | Error | undefined): unknown => (answer instanceof Error ? answer : answer?.['score']);
const tooLong = 'good '.repeat(POSITIONS - 1);

describe('a text that is too long', () => {
  it('is refused with its length, and its neighbours are answered', async () => {
    const [refused, answered] = await classify({}, (model) => run(model, [tooLong, 'good']));
    expect(refused).toMatchObject({ code: 'INPUT.INVALID', message: expect.stringMatching(/it has 9 tokens, and the model takes 8/) });
    expect(answered).toMatchObject({ label: 'positive' });
  });

  it('is cut where the package says so, and keeps the token at its end', async () => {
    await classify({ truncate: true }, async (model) => {
      const [cut, fitting] = await run(model, [`${tooLong} bad bad bad`, 'good '.repeat(POSITIONS - 2)]);
      expect(cut).toEqual(fitting);
    });
  });
});

describe('one run', () => {
  it('takes no more tokens than it may, and answers all the same', async () => {
    const texts = ['good', 'bad film', 'good good bad', 'film', 'bad bad bad bad'];
    const whole = await classify({}, (model) => run(model, texts));
    expect(await classify({ tokensPerRun: 8 }, (model) => run(model, texts))).toEqual(whole);
    expect(new Set(whole.map(scoreOf)).size).toBe(5);
  });

  it('that fails for one text answers the others', async () => {
    const answers = await classify({}, (model) => run(model, ['good', 'lost film', 'bad']));
    expect(answers[1]).toMatchObject({ code: 'RUNTIME.RUN_FAILED' });
    expect([answers[0], answers[2]]).toMatchObject([{ label: 'positive' }, { label: 'negative' }]);
  });

  it('ends between two of its parts when nobody waits', async () => {
    await classify({ tokensPerRun: 8 }, async (model) => {
      const controller = new AbortController();
      const running = run(model, ['good', 'bad film', 'good good bad'], controller.signal);
      setImmediate(() => controller.abort());
      await expect(running).rejects.toMatchObject({ name: 'AbortError' });
    });
  });
});

describe('labels', () => {
  it('are judged each by itself where the model says so', async () => {
    const changed = { 'config.json': { ...config, problem_type: 'multi_label_classification', id2label: { 0: 'dull' } } };
    const [answer] = await classify({}, (model) => run(model, ['good']), changed);
    const [dull, other] = (answer as { scores: { label: string; score: number }[] }).scores;
    expect([dull?.label, other?.label]).toEqual(['dull', 'LABEL_1']);
    expect(dull?.score).toBeCloseTo(1 / (1 + Math.exp(0.75)), 6);
    expect(other?.score).toBeCloseTo(1 / (1 + Math.exp(-2.25)), 6);
  });

  it('are refused for a model of numbers', async () => {
    const changed = { 'config.json': { ...config, problem_type: 'regression' } };
    await expect(classify({}, async () => {}, changed)).rejects.toMatchObject({ code: 'RUNTIME.LOAD_FAILED', message: expect.stringMatching(/no classification/) });
  });
});

describe('what cannot be loaded', () => {
  it.each<[string, Record<string, unknown>, RegExp]>([
    ['a type that the library does not know', { 'config.json': { ...config, model_type: 'abacus' } }, /abacus/],
    ['a length without room for text', { 'config.json': { ...config, max_position_embeddings: 2 } }, /no room/],
    ['a file that holds no runnable graph', { 'onnx/model.onnx': encoder().subarray(0, -1) }, /./],
  ])('%s', async (_name, changed, reason) => {
    await expect(classify({}, async () => {}, changed)).rejects.toMatchObject({ code: expect.stringMatching(/^RUNTIME\./), message: expect.stringMatching(reason) });
  });

  it('a type whose files the package has not', async () => {
    const encoderDecoder = { files: files({ 'config.json': { ...config, model_type: 't5' } }), task: 'text-embedding' as const };
    await expect(withModel(transformers, encoderDecoder, async () => {})).rejects.toMatchObject({ code: 'RUNTIME.LOAD_FAILED', message: expect.stringMatching(/encoder_model/) });
  });

  it('a task that this runtime has not', async () => {
    const failed = withModel(transformers, { files: files(), task: 'object-detection' }, async () => {});
    await expect(failed).rejects.toMatchObject({ code: 'RUNTIME.LOAD_FAILED', message: expect.stringMatching(/no task "object-detection"/) });
  });
});

it('reads nothing but its package, writes nothing and says nothing', async () => {
  const { env } = await loadTransformersLibrary();
  expect(env).toMatchObject({ allowRemoteModels: false, useFSCache: false, useBrowserCache: false, useWasmCache: false });
  await expect(env.fetch('http://127.0.0.1:9/')).rejects.toMatchObject({ code: 'RUNTIME.RUN_FAILED' });
  await withPackage(transformers, { files: files(), task: 'text-classification' }, async (context) => {
    const model = await transformers.open(context);
    await run(model, ['good', 'lost']);
    await model.close();
    expect((await readdir(context.dir, { recursive: true })).sort()).toEqual(['config.json', 'onnx', path.join('onnx', 'model.onnx'), 'tokenizer.json', 'tokenizer_config.json']);
  });
});
