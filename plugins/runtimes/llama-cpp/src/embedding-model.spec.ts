import { expect, it } from '@jest/globals';
import type { Item, LoadedModel } from '@steelyard/runtime-kit';
import { fixtureManifest, withPackage } from '@steelyard/runtime-testkit';
import { chainModel, CONTEXT_TOKENS } from '../spec/chain-model.js';
import llamaCpp from './index.js';

const files = { 'model.gguf': chainModel() };

async function withEmbeddings(use: (model: LoadedModel) => Promise<void>): Promise<void> {
  await withPackage(llamaCpp, { files }, async (context) => {
    const model = await llamaCpp.open({ ...context, manifest: { ...fixtureManifest(llamaCpp, { files }), task: 'text-embedding' } });
    await use(model).finally(() => model.close());
  });
}

const embed = async (model: LoadedModel, item: Item): Promise<any> => (await model.run([item], { signal: new AbortController().signal, emit: async () => {} }))[0];

it('gives vectors of length 1, the same for the same text, also side by side', async () => {
  await withEmbeddings(async (model) => {
    const texts = ['a', 'ab', 'b', 'Grüße 🦊', 'a'];
    const vectors: number[][] = (await Promise.all(texts.map((text) => embed(model, { text })))).map(({ embedding }) => embedding);
    for (const vector of vectors) expect([vector.length, Math.hypot(...vector).toFixed(4)]).toEqual([128, '1.0000']);
    const alike = (a: number, b: number): number => vectors[a]!.reduce((sum, value, index) => sum + value * vectors[b]![index]!, 0);
    // The chain model knows the last character alone.
    expect([alike(0, 4), alike(1, 2), alike(0, 2)].map((value) => Math.round(value * 1000) / 1000)).toEqual([1, 1, 0]);
  });
});

it('takes texts as long as the context, and nothing else', async () => {
  await withEmbeddings(async (model) => {
    expect(await embed(model, { text: 'a'.repeat(CONTEXT_TOKENS - 1) })).toMatchObject({ embedding: { length: 128 } });
    const refusals: [Item, string][] = [[{ text: 'a'.repeat(CONTEXT_TOKENS) }, 'text'], [{ text: '' }, 'text'], [{}, 'text'], [{ prompt: 'a' }, 'prompt'], [{ messages: [] }, 'messages']];
    for (const [item, field] of refusals) expect(await embed(model, item)).toMatchObject({ code: 'INPUT.INVALID', details: { field } });
  });
});
