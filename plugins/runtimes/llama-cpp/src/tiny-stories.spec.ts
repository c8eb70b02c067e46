import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readPackageFolder } from '@steelyard/model-package';
import type { Item, LoadedModel } from '@steelyard/runtime-kit';
import llamaCpp from './index.js';
import { loadLlamaLibrary, startLlama } from './llama-library.js';

// The reference model itself: real weights and a real vocabulary, which the chain model of the other specs has not.
const dir = fileURLToPath(new URL('../../../models/tiny-stories/', import.meta.url));
let model: LoadedModel;
beforeAll(async () => {
  const { manifest } = await readPackageFolder(dir);
  model = await llamaCpp.open({ dir, manifest, device: 'cpu', threads: 1, options: manifest.runtime.options });
});
afterAll(() => model.close());

const run = async (item: Item): Promise<any> => (await model.run([item], { signal: new AbortController().signal, emit: async () => {} }))[0];

it('reads texts as the tokens that the model was trained on', async () => {
  const llama = await startLlama(await loadLlamaLibrary());
  const raw = await llama.loadModel({ modelPath: `${dir}model.gguf`, gpuLayers: 0, vocabOnly: true });
  const probes = JSON.parse(await readFile(`${dir}tokens.json`, 'utf8')) as { text: string; tokens: number[] }[];
  expect(probes.length).toBeGreaterThan(3);
  for (const { text, tokens } of probes) {
    expect(raw.tokenize(text)).toEqual(tokens);
    expect(raw.detokenize(tokens)).toBe(text);
  }
  await raw.dispose();
});

it('puts a request as it was put in training', async () => {
  const content = 'Tell me a story about a fox.';
  const [asked, plain] = await Promise.all([run({ messages: [{ role: 'user', content }], maxTokens: 1 }), run({ prompt: content, maxTokens: 1 })]);
  // Begin, user and assistant around the words, against begin alone.
  expect(asked.usage.inputTokens).toBe(plain.usage.inputTokens + 2);
  expect(await run({ messages: [{ role: 'system', content: 'Be brief.' }, { role: 'user', content }] })).toMatchObject({ code: 'INPUT.INVALID', message: expect.stringContaining('system') });
});

describe('stories', () => {
  it('come to an end by themselves, eight at a time', async () => {
    const stories = await Promise.all(Array.from({ length: 8 }, (_, seed) => run({ prompt: 'Once upon a time', seed, maxTokens: 250 })));
    expect(stories.map(({ finishReason }) => finishReason)).toEqual(Array(8).fill('stop'));
    for (const { text } of stories) expect(text).toMatch(/^ [^\ufffd]{100,}[.!?"]$/);
    expect(new Set(stories.map(({ text }) => text)).size).toBe(8);
  });

  it('are the same again for the same seed', async () => {
    const asked = { messages: [{ role: 'user', content: 'I would like a story about a dragon.' }], seed: 11, temperature: 1 };
    expect(await run(asked)).toEqual(await run(asked));
  });
});
