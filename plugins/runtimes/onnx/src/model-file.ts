import type { Manifest } from '@steelyard/model-package';
import { runtimeErrors } from '@steelyard/runtime-kit';

/** Which artifact is the model: the one that `options.model` names, or the only one that ends in `.onnx`. */
export function modelPathOf(manifest: Pick<Manifest, 'artifacts' | 'runtime'>): string {
  const paths = manifest.artifacts.map(({ path }) => path);
  const chosen = manifest.runtime.options['model'];
  if (chosen !== undefined) {
    if (typeof chosen === 'string' && paths.includes(chosen)) return chosen;
    throw runtimeErrors.OPTIONS_INVALID({ runtime: 'onnx', reason: `"model" names no artifact of the package: ${JSON.stringify(chosen)}` });
  }
  const models = paths.filter((path) => path.endsWith('.onnx'));
  const [only] = models.length > 0 ? models : paths;
  if (models.length > 1) {
    throw runtimeErrors.OPTIONS_INVALID({ runtime: 'onnx', reason: `the package has ${models.length} .onnx files; say with runtime.options.model which to load` });
  }
  if (only === undefined) throw runtimeErrors.OPTIONS_INVALID({ runtime: 'onnx', reason: 'the package has no artifact' });
  return only;
}
