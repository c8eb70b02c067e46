/**
 * @jest-environment ./plugins/runtimes/onnx/spec/native-arrays.cjs
 */
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Classification } from '@steelyard/tasks';
import { readPackageFolder } from '@steelyard/model-package';
import type { LoadedModel } from '@steelyard/runtime-kit';
import transformers from './index.js';
import type { TransformersOptions } from './loading.js';

// A real model, trained on reviews: sentences below are not from them.
const PRAISE = ['A wonderful film with brilliant performances, I loved every minute.', 'Beautiful, moving and superbly acted. One of the best of the year.', 'Great fun from start to finish, highly recommended!'];
const COMPLAINT = ['A terrible film with awful acting, I hated every minute.', 'Boring, stupid and badly written. One of the worst of the year.', 'A complete waste of time, avoid it.'];

async function open(task: 'text-classification' | 'text-embedding', changed: TransformersOptions = {}): Promise<LoadedModel> {
  const { dir, manifest } = await readPackageFolder(fileURLToPath(new URL('../../../models/review-sentiment/', import.meta.url)));
  return transformers.open({ dir, manifest: { ...manifest, task }, device: 'cpu', threads: 1, options: { ...(manifest.runtime.options as TransformersOptions), ...changed } });
}

const run = <Answer>(model: LoadedModel, texts: readonly string[]): Promise<readonly Answer[]> =>
  model.run(texts.map((text) => ({ text })), { signal: new AbortController().signal, emit: () => Promise.resolve() }) as Promise<readonly Answer[]>;

describe('a sentiment encoder of 5 million weights in 8 bits', () => {
  let classifier: LoadedModel;
  beforeAll(async () => {
    classifier = await open('text-classification');
  });
  afterAll(() => classifier.close());

  it('tells praise from complaint', async () => {
    const answers = await run<Classification>(classifier, [...PRAISE, ...COMPLAINT]);
    expect(answers.map(({ label }) => label)).toEqual([...PRAISE.map(() => 'positive'), ...COMPLAINT.map(() => 'negative')]);
  });

  it('answers a text in a batch as it answers it alone', async () => {
    const texts = [...PRAISE, 'Fine.', ...COMPLAINT, `${'It goes on and on. '.repeat(40)} Dreadful.`];
    const together = await run<Classification>(classifier, texts);
    for (const [index, text] of texts.entries()) {
      const [alone] = await run<Classification>(classifier, [text]);
      expect([text, alone?.score]).toEqual([text, expect.closeTo(together[index]?.score ?? NaN, 5)]);
    }
  });

  it('gives vectors that lie near where texts say the like', async () => {
    const encoder = await open('text-embedding');
    const answers = await run<{ embedding: number[] }>(encoder, [...PRAISE, ...COMPLAINT]);
    await encoder.close();
    const similarity = (a: number, b: number): number => answers[a]!.embedding.reduce((sum, value, at) => sum + value * answers[b]!.embedding[at]!, 0);
    expect(answers[0]!.embedding).toHaveLength(256);
    expect(similarity(0, 0)).toBeCloseTo(1, 6);
    const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
    const alike = mean([[0, 1], [0, 2], [1, 2], [3, 4], [3, 5], [4, 5]].map(([a, b]) => similarity(a!, b!)));
    const unlike = mean([0, 1, 2].flatMap((a) => [3, 4, 5].map((b) => similarity(a, b))));
    expect(alike).toBeGreaterThan(unlike + 0.2);
  });

  it('refuses a review that is too long where the package does not let it be cut', async () => {
    const strict = await open('text-classification', { truncate: false });
    const [answer] = await run(strict, ['word '.repeat(300)]);
    await strict.close();
    expect(answer).toMatchObject({ code: 'INPUT.INVALID', message: expect.stringMatching(/302 tokens.*256/) });
  });
});
