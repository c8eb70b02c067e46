import type { CarriedTensor } from './carried-tensors.js';

/** Bytes of an element; texts have no fixed size. */
const ELEMENT_BYTES: Readonly<Record<string, number>> = {
  float32: 4, float64: 8, int8: 1, int16: 2, int32: 4, int64: 8, uint8: 1, uint16: 2, uint32: 4, uint64: 8, bool: 1,
};
/** Sizes that stand in for free dimensions: of a picture, and of anything else. */
const PICTURE_SIDE = 64;
const FREE_SIZE = 8;
/** More elements than this go into a file of their own, as bytes. */
const INLINE_MAX = 64;
/** What the platform takes for one file of a sample. */
export const TRIAL_BYTES_MAX = 16 * 1024 * 1024;

export interface TrialTensor {
  readonly shape: readonly number[];
  /** A flat list, or the little-endian bytes of what is too long for one. */
  readonly data: readonly (number | boolean | string)[] | Uint8Array;
}

/**
 * A tensor that any model should be able to work on: it shows that the model runs, not that it is right. Numbers with a
 * fraction rise from 0 to 1, whole ones are 1 (a token, a mask that hides nothing) and 0 where they name a kind.
 * @returns undefined where it would be larger than a sample may be
 */
export function trialTensor({ name, dtype, shape = [] }: CarriedTensor): TrialTensor | undefined {
  const isPicture = shape.length === 3 && shape.filter((size) => size === -1).length === 2 && [shape[0]!, shape[2]!].some((size) => [1, 3, 4].includes(size));
  const sizes = shape.map((size) => (size === -1 ? (isPicture ? PICTURE_SIDE : FREE_SIZE) : size));
  const count = sizes.reduce((product, size) => product * size, 1);
  if (count * (ELEMENT_BYTES[dtype] ?? FREE_SIZE) > TRIAL_BYTES_MAX) return undefined;
  const value = valueOf(dtype, name);
  if (count <= INLINE_MAX || dtype === 'string') return { shape: sizes, data: Array.from({ length: count }, (_, index) => value(index, count)) };
  return { shape: sizes, data: bytesOf(dtype, count, (index) => Number(value(index, count))) };
}

function valueOf(dtype: string, name: string): (index: number, count: number) => number | boolean | string {
  if (dtype === 'string') return () => 'a';
  if (dtype === 'bool') return () => true;
  if (dtype === 'uint8') return (index) => index % 256;
  // Rounded to what float32 holds exactly, so that the sample is the same in every notation.
  if (dtype.startsWith('float')) return (index, count) => Math.round((index / Math.max(1, count - 1)) * 1024) / 1024;
  const whole = /type|segment/i.test(name) ? 0 : 1;
  return () => whole;
}

function bytesOf(dtype: string, count: number, value: (index: number) => number): Uint8Array {
  const bytes = new Uint8Array(count * ELEMENT_BYTES[dtype]!);
  const view = new DataView(bytes.buffer);
  const write = WRITERS[dtype]!;
  for (let index = 0; index < count; index++) write(view, index, value(index));
  return bytes;
}

const WRITERS: Readonly<Record<string, (view: DataView, index: number, value: number) => void>> = {
  float32: (view, index, value) => view.setFloat32(index * 4, value, true),
  float64: (view, index, value) => view.setFloat64(index * 8, value, true),
  int8: (view, index, value) => view.setInt8(index, value),
  int16: (view, index, value) => view.setInt16(index * 2, value, true),
  int32: (view, index, value) => view.setInt32(index * 4, value, true),
  int64: (view, index, value) => view.setBigInt64(index * 8, BigInt(value), true),
  uint8: (view, index, value) => view.setUint8(index, value),
  uint16: (view, index, value) => view.setUint16(index * 2, value, true),
  uint32: (view, index, value) => view.setUint32(index * 4, value, true),
  uint64: (view, index, value) => view.setBigUint64(index * 8, BigInt(value), true),
  bool: (view, index, value) => view.setUint8(index, value),
};
