import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, it } from '@jest/globals';
import { compileSchema, matchesExpected, readPackageFolder, resolveSampleInput } from '@steelyard/model-package';
import type { PackageFolder, Sample } from '@steelyard/model-package';
import { PARTS_IN_FLIGHT } from '@steelyard/wire';
import { Host } from '../spec/host.js';
import type { ItemAnswer } from '../spec/stream.js';

const MODELS = [
  'digits', 'breast-cancer', 'objects', 'person-mask', 'faces', 'content-moderation', 'page-text', 'review-encoder', 'review-sentiment', 'movie-sentiment', 'word-tags', 'sentence-embeddings',
  'tiny-stories', 'tiny-stories-onnx', 'voice-activity', 'spoken-digits', 'electricity-forecast',
];

// The whole way of a reference model through a real runner process: scan, load, ops, batch.
it.each(MODELS)('%s answers its samples as its package promises', async (name) => {
  const model = await readPackageFolder(folderOf(name));
  const inputs = await Promise.all(model.samples.map((sample) => resolveSampleInput(sample, (file) => readFile(`${model.dir}/${file}`))));
  await withRunner(model, async (host) => {
    const isOutput = compileSchema(model.manifest.output);
    const problemsOf = (answer: ItemAnswer | undefined, { expected, tolerance }: Sample): unknown =>
      answer && 'output' in answer ? [...isOutput(answer.output), ...matchesExpected(answer.output, expected, tolerance)] : answer;
    const batch = await host.run(inputs);
    const alone = await host.run(inputs.slice(0, 1));
    for (const [index, sample] of model.samples.entries()) expect([sample.name, problemsOf(batch[index], sample)]).toEqual([sample.name, []]);
    expect(problemsOf(alone[0], model.samples[0] as Sample)).toEqual([]);
  });
});

// The same weights for two runtimes: a turned head or a cache that is off by one shows in the first sentence.
it('tiny-stories-onnx writes word for word what tiny-stories writes', async () => {
  const asked = [
    ...['Once upon a time there was a fox named Milo.', 'The old', 'Grüße! 12 apples', '"I don\'t know," said Zoe.'].map((prompt) => ({ prompt })),
    ...['Tell me a story about an owl and a kite.', 'I would like a story about a dragon.'].map((content) => ({ messages: [{ role: 'user', content }] })),
  ].map((item) => ({ ...item, temperature: 0, maxTokens: 240 }));
  const write = async (name: string): Promise<readonly ItemAnswer[]> => withRunner(await readPackageFolder(folderOf(name)), (host) => host.run(asked));
  const stories = await write('tiny-stories');
  expect(await write('tiny-stories-onnx')).toEqual(stories);
  for (const story of stories) expect(story).toMatchObject({ output: { text: expect.stringMatching(/.{80}/s) } });
});

it('tiny-stories-onnx ends where its reader leaves, and at its deadline', async () => {
  const model = await readPackageFolder(folderOf('tiny-stories-onnx'));
  const tell = [{ prompt: 'Once upon a time', temperature: 0, maxTokens: 240 }];
  await withRunner(model, async (host) => {
    const [whole] = (await host.run(tell)) as [{ output: { text: string } }];
    const left = host.stream(tell);
    await left.atLeast(3);
    left.cancel(0);
    const late = host.stream(tell, Date.now() + 500);
    for (const stream of [left, late]) {
      const [answer] = await stream.ran;
      const { text, usage } = (answer as { output: Story }).output;
      expect(whole.output.text.startsWith(text)).toBe(true);
      expect(usage.outputTokens).toBeLessThanOrEqual(PARTS_IN_FLIGHT + 1);
    }
    expect(await host.run(tell)).toEqual([whole]);
  });
});

interface Story extends Record<string, unknown> {
  readonly text: string;
  readonly usage: { readonly outputTokens: number };
}

function folderOf(name: string): string {
  return fileURLToPath(new URL(`../../../plugins/models/${name}/`, import.meta.url));
}

async function withRunner<T>({ manifest, dir }: PackageFolder, use: (host: Host) => Promise<T>): Promise<T> {
  const host = await Host.listen();
  try {
    await host.spawn(`@steelyard/runtime-${manifest.runtime.name}`, `steelyard/${manifest.name}@${manifest.version}`);
    await host.load(manifest, dir);
    return await use(host);
  } finally {
    await host.close();
  }
}
