import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, it } from '@jest/globals';
import { matchesExpected, readPackageFolder, resolveSampleInput } from '@steelyard/model-package';
import { Host } from '../spec/host.js';

// The whole way of a reference model through a real runner process: scan, load, ops, batch.
it.each<[string, string[]]>([
  ['digits', ['image']],
  ['breast-cancer', ['features']],
  ['review-encoder', ['input_ids', 'attention_mask']],
  ['review-sentiment', []],
])('%s answers its samples as its package promises', async (name, tensors) => {
  const model = await readPackageFolder(fileURLToPath(new URL(`../../../plugins/models/${name}/`, import.meta.url)));
  const inputs = await Promise.all(model.samples.map((sample) => resolveSampleInput(sample, (file) => readFile(`${model.dir}/${file}`))));
  const host = await Host.listen();
  try {
    await host.spawn(`@steelyard/runtime-${model.manifest.runtime.name}`, `steelyard/${name}@${model.manifest.version}`);
    const { inputs: declared } = await host.load(model.manifest, model.dir);
    expect(declared.map((input) => input.name)).toEqual(tensors);
    const batch = await host.run(inputs);
    for (const [index, sample] of model.samples.entries()) {
      const answers = [batch[index], ...(await host.run([inputs[index]]))];
      for (const answer of answers) expect([sample.name, answer && 'output' in answer ? matchesExpected(answer.output, sample.expected, sample.tolerance) : answer]).toEqual([sample.name, []]);
    }
  } finally {
    await host.close();
  }
});
