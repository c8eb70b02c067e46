import path from 'node:path';
import { AppError } from '@steelyard/kernel';
import { loadArtifactPath, reasonOf, runtimeErrors } from '@steelyard/runtime-kit';
import type { OpenContext } from '@steelyard/runtime-kit';
import { whyNoCuda } from './cuda.js';
import { loadOnnxLibrary } from './onnx-library.js';
import { OnnxModel } from './onnx-model.js';
import { sessionOptions } from './session-options.js';

export interface OnnxFile {
  /** The artifact, as in the manifest. */
  readonly artifact: string;
  /** Its tensors have no batch dimension, whatever their shapes look like: they go to it as they are. */
  readonly withoutBatch: boolean;
}

/** Loads one ONNX file of a package. Whoever calls it has scanned the file. */
export async function openOnnxFile({ dir, manifest, device, threads }: Omit<OpenContext, 'options'>, { artifact, withoutBatch }: OnnxFile): Promise<OnnxModel> {
  const noCuda = device === 'cuda' ? await whyNoCuda() : undefined;
  if (noCuda !== undefined) throw runtimeErrors.DEVICE_UNAVAILABLE({ runtime: 'onnx', device: `cuda (${noCuda})`, available: ['cpu'] });
  const file = await loadArtifactPath(dir, artifact);
  const library = await loadOnnxLibrary();
  try {
    const session = await library.InferenceSession.create(file, sessionOptions({ device, threads }));
    return new OnnxModel({ library, session, device, withoutBatch });
  } catch (error) {
    if (error instanceof AppError) throw error;
    const reason = reasonOf(error).replaceAll(path.dirname(file) + path.sep, '');
    throw runtimeErrors.LOAD_FAILED({ model: `${manifest.name}@${manifest.version}`, reason }, error);
  }
}
