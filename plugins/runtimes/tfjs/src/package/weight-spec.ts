import { isObject, quote, refuse } from './model-file.js';

/** One weight as TensorFlow.js reads it; https://github.com/tensorflow/tfjs/blob/master/tfjs-core/src/io/types.ts. */
export interface WeightSpec {
  readonly name: string;
  readonly shape: number[];
  readonly dtype: 'float32' | 'int32' | 'bool';
  readonly quantization?: { readonly dtype: 'uint8' | 'uint16' | 'float16'; readonly scale?: number; readonly min?: number };
}

const ELEMENT_BYTES: Readonly<Record<string, number>> = { float32: 4, int32: 4, bool: 1 };
const QUANTIZED_BYTES: Readonly<Record<string, number>> = { uint8: 1, uint16: 2, float16: 2 };
/** The most dimensions that TensorFlow.js knows. */
const RANK_MAX = 6;

/**
 * Takes over what is known of a weight and nothing else, with the bytes it has in its file.
 * @throws AppError `RUNTIME.ARTIFACT_REFUSED` for sizes that no file can have, types that are not carried and quantization
 * that cannot be undone.
 */
export function checkWeightSpec(model: string, entry: unknown): { readonly spec: WeightSpec; readonly bytes: number } {
  if (!isObject(entry) || typeof entry['name'] !== 'string') throw refuse(model, 'a weight of it has no name');
  const { name, shape, dtype, quantization } = entry;
  const fail = (reason: string): Error => refuse(model, `its weight ${quote(name)} ${reason}`);
  if (typeof dtype !== 'string' || !Object.hasOwn(ELEMENT_BYTES, dtype)) throw fail(`has the type ${quote(dtype)}, which is not supported`);
  if (!Array.isArray(shape) || shape.length > RANK_MAX || !shape.every((size) => Number.isInteger(size) && size >= 0 && size < 2 ** 31)) {
    throw fail(`has no valid shape: ${quote(shape)}`);
  }
  const count = (shape as number[]).reduce((product, size) => product * size, 1);
  const spec: WeightSpec = { name, shape: shape as number[], dtype: dtype as WeightSpec['dtype'] };
  if (quantization === undefined) return { spec, bytes: byteCount(count, ELEMENT_BYTES[dtype] as number, fail) };
  const checked = checkQuantization(quantization, dtype, fail);
  return { spec: { ...spec, quantization: checked }, bytes: byteCount(count, QUANTIZED_BYTES[checked.dtype] as number, fail) };
}

function byteCount(count: number, elementBytes: number, fail: (reason: string) => Error): number {
  const bytes = count * elementBytes;
  if (!Number.isSafeInteger(bytes)) throw fail('is larger than any file');
  return bytes;
}

function checkQuantization(value: unknown, dtype: string, fail: (reason: string) => Error): NonNullable<WeightSpec['quantization']> {
  const { dtype: stored, scale, min } = isObject(value) ? value : {};
  if (typeof stored !== 'string' || !Object.hasOwn(QUANTIZED_BYTES, stored)) throw fail(`is quantized as ${quote(stored)}, which is not known`);
  if (stored === 'float16') {
    if (dtype !== 'float32') throw fail(`is ${dtype}, and float16 can only stand for float32`);
    return { dtype: stored };
  }
  if (dtype === 'bool') throw fail('is quantized, and bool cannot be');
  if (!Number.isFinite(scale) || !Number.isFinite(min)) throw fail('is quantized without a scale and a minimum');
  return { dtype: stored as 'uint8' | 'uint16', scale: scale as number, min: min as number };
}
