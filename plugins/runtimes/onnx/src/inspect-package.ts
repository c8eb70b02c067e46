import { runtimeErrors } from '@steelyard/runtime-kit';
import type { Inspection, OpenContext } from '@steelyard/runtime-kit';
import { notesOf, scanOnnxFile } from '@steelyard/runtime-kit/onnx';
import { modelPathOf } from './model-file.js';

/**
 * Scans a package without loading it: the model is ONNX by its content, and every artifact is the model or read by it.
 * @throws AppError `RUNTIME.ARTIFACT_REFUSED`.
 */
export async function inspectPackage({ dir, manifest }: Pick<OpenContext, 'dir' | 'manifest'>): Promise<Inspection> {
  const { facts, files } = await scanOnnxFile({ dir, manifest }, modelPathOf(manifest));
  const idle = manifest.artifacts.find(({ path }) => !files.has(path));
  if (idle) throw runtimeErrors.ARTIFACT_REFUSED({ path: idle.path, reason: 'it is neither the model nor external data that the model reads' });
  return { format: 'onnx', notes: notesOf(facts) };
}
