/** Element types, named as in ONNX and NumPy. */
export type DType =
  | 'float32' | 'float64' | 'int8' | 'int16' | 'int32' | 'int64' | 'uint8' | 'uint16' | 'uint32' | 'uint64' | 'bool' | 'string';

interface ArrayOf {
  float32: Float32Array | readonly number[];
  float64: Float64Array | readonly number[];
  int8: Int8Array | readonly number[];
  int16: Int16Array | readonly number[];
  int32: Int32Array | readonly number[];
  int64: BigInt64Array | readonly (bigint | number | string)[];
  uint8: Uint8Array | readonly number[];
  uint16: Uint16Array | readonly number[];
  uint32: Uint32Array | readonly number[];
  uint64: BigUint64Array | readonly (bigint | number | string)[];
  bool: Uint8Array | readonly (boolean | number)[];
  string: readonly string[];
}

/** A dense tensor in row-major order as a caller gives it. A typed array is sent as its bytes, a list as numbers. */
export interface TensorInput<D extends DType = DType> {
  readonly dtype: D;
  /** Whole numbers >= 0 whose product is the number of elements. */
  readonly shape: readonly number[];
  /** The elements, or their little-endian bytes as base64 text. */
  readonly data: ArrayOf[D] | string;
}

/** A tensor in an answer: a flat list in row-major order; 64-bit integers are strings of digits. */
export interface TensorOutput<D extends DType = DType> {
  dtype: D;
  shape: number[];
  data: D extends 'int64' | 'uint64' | 'string' ? string[] : D extends 'bool' ? (boolean | number)[] : number[];
}

/** The numbers of a tensor. */
export type TypedNumbers =
  | Float32Array | Float64Array | Int8Array | Int16Array | Int32Array | BigInt64Array
  | Uint8Array | Uint16Array | Uint32Array | BigUint64Array;

/** The typed array that holds the elements of each type. */
const ARRAY_NAME: Readonly<Record<string, string>> = {
  float32: 'Float32Array',
  float64: 'Float64Array',
  int8: 'Int8Array',
  int16: 'Int16Array',
  int32: 'Int32Array',
  int64: 'BigInt64Array',
  uint8: 'Uint8Array',
  uint16: 'Uint16Array',
  uint32: 'Uint32Array',
  uint64: 'BigUint64Array',
  bool: 'Uint8Array',
};

/** A tensor's `data` when it is the typed array that goes with its `dtype`; else `undefined`. */
export function tensorNumbers({ dtype, shape, data }: Readonly<Record<string, unknown>>): TypedNumbers | undefined {
  if (typeof dtype !== 'string' || !Array.isArray(shape) || !ArrayBuffer.isView(data)) return undefined;
  const name = Object.prototype.toString.call(data).slice(8, -1);
  return Object.hasOwn(ARRAY_NAME, dtype) && ARRAY_NAME[dtype] === name ? (data as TypedNumbers) : undefined;
}
