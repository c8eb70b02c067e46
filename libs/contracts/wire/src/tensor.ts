/** Element types, named as in ONNX and NumPy. `bool` travels as one byte an element, `string` as a list of strings. */
export const DTYPES = [
  'float32', 'float64', 'int8', 'int16', 'int32', 'int64', 'uint8', 'uint16', 'uint32', 'uint64', 'bool', 'string',
] as const;

export type DType = (typeof DTYPES)[number];

export type TensorData =
  | Float32Array | Float64Array | Int8Array | Int16Array | Int32Array | BigInt64Array
  | Uint8Array | Uint16Array | Uint32Array | BigUint64Array | readonly string[];

/** A dense tensor in row-major order. `shape` holds whole numbers >= 0 whose product is the number of elements. */
export interface Tensor {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: TensorData;
}

/** A tensor's type without its contents; -1 stands for a free dimension. */
export interface TensorSpec {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
}
