import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, it } from '@jest/globals';
import { compileSchema, matchesExpected, readPackageFolder, resolveSampleInput } from '@steelyard/model-package';
import type { Sample } from '@steelyard/model-package';
import { Host } from '../spec/host.js';
import type { ItemAnswer } from '../spec/stream.js';

// The whole way of a reference model through a real runner process: scan, load, ops, batch.
it.each(['digits', 'breast-cancer', 'objects', 'person-mask', 'tiny-stories', 'review-encoder', 'review-sentiment'])('%s answers its samples as its package promises', async (name) => {
  const model = await readPackageFolder(fileURLToPath(new URL(`../../../plugins/models/${name}/`, import.meta.url)));
  const inputs = await Promise.all(model.samples.map((sample) => resolveSampleInput(sample, (file) => readFile(`${model.dir}/${file}`))));
  const host = await Host.listen();
  try {
    await host.spawn(`@steelyard/runtime-${model.manifest.runtime.name}`, `steelyard/${name}@${model.manifest.version}`);
    await host.load(model.manifest, model.dir);
    const isOutput = compileSchema(model.manifest.output);
    const problemsOf = (answer: ItemAnswer | undefined, { expected, tolerance }: Sample): unknown =>
      answer && 'output' in answer ? [...isOutput(answer.output), ...matchesExpected(answer.output, expected, tolerance)] : answer;
    const batch = await host.run(inputs);
    const alone = await host.run(inputs.slice(0, 1));
    for (const [index, sample] of model.samples.entries()) expect([sample.name, problemsOf(batch[index], sample)]).toEqual([sample.name, []]);
    expect(problemsOf(alone[0], model.samples[0] as Sample)).toEqual([]);
  } finally {
    await host.close();
  }
});
