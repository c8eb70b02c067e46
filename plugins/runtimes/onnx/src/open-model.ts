import path from 'node:path';
import { AppError } from '@steelyard/kernel';
import { loadArtifactPath, reasonOf, runtimeErrors } from '@steelyard/runtime-kit';
import type { LoadedModel, OpenContext } from '@steelyard/runtime-kit';
import { whyNoCuda } from './cuda.js';
import { inspectPackage } from './inspect-package.js';
import { modelPathOf } from './model-file.js';
import { loadOnnxLibrary } from './onnx-library.js';
import { OnnxModel } from './onnx-model.js';
import { sessionOptions } from './session-options.js';

export interface OnnxOptions {
  /** Which artifact is the model, where the package has several `.onnx` files. */
  readonly model?: string;
  /** `none`: tensors go to the model as they are. Default `auto`: a first dimension that all tensors share is the batch. */
  readonly batchDimension?: 'auto' | 'none';
}

/** Loads the package's model. The file is scanned again: what loads it must not trust that somebody else did. */
export async function openModel({ dir, manifest, device, threads, options }: OpenContext<OnnxOptions>): Promise<LoadedModel> {
  const noCuda = device === 'cuda' ? await whyNoCuda() : undefined;
  if (noCuda !== undefined) throw runtimeErrors.DEVICE_UNAVAILABLE({ runtime: 'onnx', device: `cuda (${noCuda})`, available: ['cpu'] });
  await inspectPackage({ dir, manifest });
  const file = await loadArtifactPath(dir, modelPathOf(manifest));
  const library = await loadOnnxLibrary();
  try {
    const session = await library.InferenceSession.create(file, sessionOptions({ device, threads }));
    return new OnnxModel({ library, session, device, withoutBatch: options.batchDimension === 'none' });
  } catch (error) {
    if (error instanceof AppError) throw error;
    const reason = reasonOf(error).replaceAll(path.dirname(file) + path.sep, '');
    throw runtimeErrors.LOAD_FAILED({ model: `${manifest.name}@${manifest.version}`, reason }, error);
  }
}
