import type { Manifest } from '@steelyard/model-package';
import { runtimeErrors } from '@steelyard/runtime-kit';

/** The package's one artifact, which is the model. */
export function modelPathOf({ artifacts }: Pick<Manifest, 'artifacts'>): string {
  const [model, second] = artifacts;
  if (!model) throw runtimeErrors.OPTIONS_INVALID({ runtime: 'llama-cpp', reason: 'the package has no artifact' });
  if (second) throw runtimeErrors.ARTIFACT_REFUSED({ path: second.path, reason: 'a package of this runtime has one artifact, the GGUF file' });
  return model.path;
}
