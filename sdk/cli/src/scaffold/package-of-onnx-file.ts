import { statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { NotOnnxError, type OnnxModel, packageOfOnnx, UnfitModelError } from '@steelyard/model-package/new-package';
import { readOnnxFile } from '@steelyard/model-package/onnx';
import { cliErrors } from '../errors.js';
import { packageFiles, type ScaffoldFile } from './package-files.js';

export interface OnnxFile extends Pick<OnnxModel, 'name' | 'price' | 'license' | 'intendedUse'> {
  /** The model file on this machine. */
  readonly file: string;
}

/**
 * The files of a package around an ONNX file.
 * @throws AppError `CLI.MODEL_UNFIT` | `CLI.FILE_UNREADABLE`
 */
export async function packageOfOnnxFile({ file, ...facts }: OnnxFile): Promise<ScaffoldFile[]> {
  const beside = (path: string): string => join(dirname(file), path);
  const sizeBeside = (path: string): number | undefined => {
    const found = statSync(beside(path), { throwIfNoEntry: false });
    return found?.isFile() ? found.size : undefined;
  };
  try {
    const { manifest, card, modelPath, external, samples } = readOnnxFile(file, (source) => packageOfOnnx({ source, sizeBeside, ...facts }));
    return packageFiles(manifest, card, [
      { path: modelPath, source: file },
      ...external.map((path) => ({ path, source: beside(path) })),
      ...Object.entries(samples).map(([path, content]) => ({ path, content })),
    ]);
  } catch (error) {
    if (error instanceof NotOnnxError || error instanceof UnfitModelError) throw cliErrors.MODEL_UNFIT({ file: basename(file), reason: error.message });
    if (error instanceof Error && 'syscall' in error) throw cliErrors.FILE_UNREADABLE({ path: file, reason: error.message }, error);
    throw error;
  }
}
