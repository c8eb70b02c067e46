import path from 'node:path';
import { AppError } from '@steelyard/kernel';
import { loadArtifactPath, reasonOf, runtimeErrors } from '@steelyard/runtime-kit';
import type { LoadedModel, OpenContext } from '@steelyard/runtime-kit';
import type { InferenceSession } from 'onnxruntime-node';
import { inspectPackage } from './inspect-package.js';
import { modelPathOf } from './model-file.js';
import { loadOnnxLibrary } from './onnx-library.js';
import { OnnxModel } from './onnx-model.js';

export interface OnnxOptions {
  /** Which artifact is the model, where the package has several `.onnx` files. */
  readonly model?: string;
  /** `none`: tensors go to the model as they are. Default `auto`: a first dimension that all tensors share is the batch. */
  readonly batchDimension?: 'auto' | 'none';
}

/** Messages below it quote inputs ("index 9 out of bounds"); the same text reaches the caller as an error. */
const SEVERITY_FATAL = 4;

/** Loads the package's model for the CPU. The file is scanned again: what loads it must not trust that somebody else did. */
export async function openModel({ dir, manifest, device, threads, options }: OpenContext<OnnxOptions>): Promise<LoadedModel> {
  if (device !== 'cpu') throw runtimeErrors.DEVICE_UNAVAILABLE({ runtime: 'onnx', device, available: ['cpu'] });
  await inspectPackage({ dir, manifest });
  const file = await loadArtifactPath(dir, modelPathOf(manifest));
  const library = await loadOnnxLibrary();
  try {
    const session = await library.InferenceSession.create(file, sessionOptions(threads));
    return new OnnxModel({ library, session, withoutBatch: options.batchDimension === 'none' });
  } catch (error) {
    if (error instanceof AppError) throw error;
    const reason = reasonOf(error).replaceAll(path.dirname(file) + path.sep, '');
    throw runtimeErrors.LOAD_FAILED({ model: `${manifest.name}@${manifest.version}`, reason }, error);
  }
}

/**
 * Many models share a machine: threads do not spin while they wait, and freed memory goes back to the system instead of
 * into an arena. Both cost nothing measurable in speed.
 */
export function sessionOptions(threads: number): InferenceSession.SessionOptions {
  return {
    executionProviders: ['cpu'],
    executionMode: 'sequential',
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    enableCpuMemArena: false,
    graphOptimizationLevel: 'all',
    logSeverityLevel: SEVERITY_FATAL,
    extra: { session: { intra_op: { allow_spinning: '0' }, inter_op: { allow_spinning: '0' } } },
  };
}
