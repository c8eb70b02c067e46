import { BytesSource, nameOf, NotOnnxError, packageOfOnnx, UnfitModelError } from '@steelyard/model-package/new-package';
import { MANIFEST, type SourceFile } from './source-file';

/** A model is read whole to look at it; what is larger goes by the command. */
const MODEL_BYTES_MAX = 1024 ** 3;
/** Stands in the manifest, where its owner sees and changes it. */
const PRICE = '0.001';

/** Why no package could be made around what was dropped. */
export class NoPackage extends Error {}

/** Whether what was dropped is a bare model: one ONNX file, perhaps with its weights beside it, and no package. */
export function bareModel(files: readonly SourceFile[]): SourceFile | undefined {
  const [model, second] = files.filter(({ path }) => /^[^/]+\.onnx$/i.test(path));
  return second || files.some(({ path }) => path.endsWith(MANIFEST)) ? undefined : model;
}

/**
 * The package around a bare model, as `steelyard init --from` makes it.
 * @throws NoPackage
 */
export async function packageAround({ path, file }: SourceFile, files: readonly SourceFile[]): Promise<SourceFile[]> {
  if (file.size > MODEL_BYTES_MAX) throw new NoPackage('it is larger than 1 GiB: use the command, steelyard publish');
  const byPath = new Map(files.map((beside) => [beside.path, beside.file]));
  try {
    const { manifest, card, modelPath, external, samples } = packageOfOnnx({
      source: new BytesSource(new Uint8Array(await file.arrayBuffer())),
      sizeBeside: (beside) => byPath.get(beside)?.size,
      name: nameOf(path.replace(/\.onnx$/i, '')),
      price: PRICE,
      license: undefined,
    });
    const texts = { [MANIFEST]: manifest, 'README.md': card, ...samples };
    return [
      { path: modelPath, file },
      ...external.map((beside) => ({ path: beside, file: byPath.get(beside)! })),
      ...Object.entries(texts).map(([name, content]) => ({ path: name, file: new File([content as BlobPart], name) })),
    ];
  } catch (error) {
    if (error instanceof NotOnnxError || error instanceof UnfitModelError) throw new NoPackage(error.message);
    throw error;
  }
}
