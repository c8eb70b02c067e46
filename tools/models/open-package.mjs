// Opens a model's package in this process, as a runner does in its own: for scripts that score a package through what its users get.
// Needs a build (`npm run build`), and the weights where they are fetched.
import { readPackageFolder } from '@steelyard/model-package';
import { readOpFiles, withoutOpFiles } from '../../libs/runner/dist/ops/op-files.js';
import { compilePipeline } from '../../libs/runner/dist/pipeline.js';

const context = { signal: new globalThis.AbortController().signal, emit: () => Promise.resolve() };

/** The package in `folder`, on the CPU with one thread. `run` takes input objects and gives their outputs in order; it throws for one that fails. */
export async function openPackage(folder) {
  const { manifest, dir } = await readPackageFolder(folder);
  const { default: runtime } = await import(`@steelyard/runtime-${manifest.runtime.name}`);
  const { before, after } = compilePipeline(manifest, await readOpFiles(dir, manifest));
  const model = await runtime.open({ dir, manifest: withoutOpFiles(manifest), device: 'cpu', threads: 1, options: manifest.runtime.options });
  return {
    manifest,
    async run(inputs) {
      const items = await Promise.all(inputs.map(before));
      const answers = await model.run(items, context);
      return answers.map((answer, index) => {
        if (answer instanceof Error) throw answer;
        return after(answer, items[index]);
      });
    },
    close: () => model.close(),
  };
}
