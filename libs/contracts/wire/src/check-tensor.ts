import { wireErrors } from './errors.js';
import { DTYPES, type DType, type Tensor, type TensorData } from './tensor.js';

type NumericDType = Exclude<DType, 'string'>;

const arrays = {
  float32: Float32Array,
  float64: Float64Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  uint64: BigUint64Array,
  bool: Uint8Array,
} as const satisfies Record<NumericDType, unknown>;

/** The smallest and the largest whole number of the dtypes that hold whole numbers. */
const ranges: Readonly<Partial<Record<DType, readonly [number, number]>>> = {
  int8: [-128, 127],
  int16: [-32_768, 32_767],
  int32: [-2_147_483_648, 2_147_483_647],
  uint8: [0, 255],
  uint16: [0, 65_535],
  uint32: [0, 4_294_967_295],
  bool: [0, 1],
};

/** Whether a value looks like a tensor: an object with a known dtype, a shape and data. {@link checkTensor} says if it is one. */
export function isTensor(value: unknown): value is Tensor {
  if (typeof value !== 'object' || value === null) return false;
  const { dtype, shape, data } = value as Partial<Tensor>;
  return isDType(dtype) && Array.isArray(shape) && (Array.isArray(data) || ArrayBuffer.isView(data));
}

/** The number of elements of a shape; 1 for the shape of a scalar, `[]`. */
export function elementCount(shape: readonly number[]): number {
  let count = 1;
  for (const size of shape) count *= size;
  return count;
}

/** A zeroed array (empty texts for `string`) of the type that holds a dtype. */
export function createData(dtype: DType, length: number): TensorData {
  return dtype === 'string' ? new Array<string>(length).fill('') : new arrays[dtype](length);
}

/**
 * A tensor whose data has the type its dtype asks for and as many elements as its shape says. Plain arrays, as JSON has
 * them, become typed arrays: numbers within the dtype's range, booleans for `bool`, whole numbers or decimal strings for
 * the 64-bit kinds. Typed arrays are taken as they are, their elements unread.
 * @throws AppError `WIRE.TENSOR_INVALID`
 */
export function checkTensor(value: unknown): Tensor {
  if (typeof value !== 'object' || value === null) throw invalid('it is no object');
  const { dtype, shape, data } = value as Record<string, unknown>;
  if (!isDType(dtype)) throw invalid(`its dtype is none of ${DTYPES.join(', ')}`);
  const count = checkShape(shape);
  const checked = checkData(dtype, data);
  if (checked.length !== count) throw invalid(`its shape [${(shape as number[]).join(', ')}] has ${count} elements, its data ${checked.length}`);
  return checked === data ? (value as Tensor) : { dtype, shape: shape as number[], data: checked };
}

function isDType(value: unknown): value is DType {
  return (DTYPES as readonly unknown[]).includes(value);
}

function checkShape(shape: unknown): number {
  if (!Array.isArray(shape) || !shape.every((size) => Number.isSafeInteger(size) && size >= 0)) {
    throw invalid('its shape is no list of whole numbers >= 0');
  }
  const count = elementCount(shape);
  if (!Number.isSafeInteger(count)) throw invalid('its shape has too many elements');
  return count;
}

function checkData(dtype: DType, data: unknown): TensorData {
  if (dtype === 'string') {
    if (!Array.isArray(data) || !data.every((element) => typeof element === 'string')) throw invalid('its data is no list of texts');
    return data;
  }
  const Typed = arrays[dtype];
  if (data instanceof Typed) return data;
  if (!Array.isArray(data)) throw invalid(`its data is neither a list nor the typed array of ${dtype}`);
  if (Typed === BigInt64Array || Typed === BigUint64Array) return toLongs(dtype, data);
  return toNumbers(dtype, data);
}

function toNumbers(dtype: NumericDType, data: readonly unknown[]): TensorData {
  const numbers = createData(dtype, data.length) as Float32Array;
  const range = ranges[dtype];
  for (let i = 0; i < data.length; i++) {
    const element = dtype === 'bool' && typeof data[i] === 'boolean' ? Number(data[i]) : data[i];
    if (typeof element !== 'number') throw invalid(`element ${i} is no number`);
    if (range && !(Number.isInteger(element) && element >= range[0] && element <= range[1])) {
      throw invalid(`element ${i} is no ${dtype}`);
    }
    numbers[i] = element;
  }
  return numbers;
}

/** Numbers as the typed array of a dtype; `undefined` when one does not fit it, or when it takes no numbers. */
export function toTypedData(dtype: DType, numbers: Float64Array): TensorData | undefined {
  switch (dtype) {
    case 'float32':
      return new Float32Array(numbers);
    case 'float64':
      return numbers;
    case 'string':
      return undefined;
    case 'int64':
    case 'uint64':
      return numbers.every((number) => Number.isSafeInteger(number) && (dtype === 'int64' || number >= 0)) ? (arrays[dtype].from(Array.from(numbers, BigInt))) : undefined;
    default: {
      const [min, max] = ranges[dtype]!;
      return numbers.every((number) => Number.isInteger(number) && number >= min && number <= max) ? arrays[dtype].from(numbers) : undefined;
    }
  }
}

const WHOLE_NUMBER = /^-?\d{1,20}$/;

function toLongs(dtype: NumericDType, data: readonly unknown[]): TensorData {
  const longs = createData(dtype, data.length) as BigInt64Array;
  const [min, max] = dtype === 'int64' ? [-(2n ** 63n), 2n ** 63n - 1n] : [0n, 2n ** 64n - 1n];
  for (let i = 0; i < data.length; i++) {
    const long = toLong(data[i]);
    if (long === undefined || long < min || long > max) throw invalid(`element ${i} is no ${dtype}`);
    longs[i] = long;
  }
  return longs;
}

function toLong(element: unknown): bigint | undefined {
  if (typeof element === 'bigint') return element;
  if (typeof element === 'number') return Number.isSafeInteger(element) ? BigInt(element) : undefined;
  return typeof element === 'string' && WHOLE_NUMBER.test(element) ? BigInt(element) : undefined;
}

function invalid(reason: string) {
  return wireErrors.TENSOR_INVALID({ reason });
}
