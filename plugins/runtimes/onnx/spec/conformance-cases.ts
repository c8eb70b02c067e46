import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fromHalf, type Tensor } from '@steelyard/wire';

/** One of ONNX's own backend tests: a model, tensors for it and what it must answer, by position. */
export interface ConformanceCase {
  readonly name: string;
  readonly dir: string;
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
}

const GROUPS = ['node', 'simple', 'pytorch-converted', 'pytorch-operator'];
/** Field numbers of TensorProto: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto */
const FIELD = { dims: 1, type: 2, floats: 4, ints: 5, strings: 6, longs: 7, raw: 9, doubles: 10, unsigned: 11 } as const;
const FLOAT16 = 10;
const STRING = 8;
/** By TensorProto.DataType. */
const TYPES: Readonly<Record<number, { readonly dtype: Tensor['dtype']; readonly Data: TypedArray }>> = {
  1: { dtype: 'float32', Data: Float32Array },
  2: { dtype: 'uint8', Data: Uint8Array },
  3: { dtype: 'int8', Data: Int8Array },
  4: { dtype: 'uint16', Data: Uint16Array },
  5: { dtype: 'int16', Data: Int16Array },
  6: { dtype: 'int32', Data: Int32Array },
  7: { dtype: 'int64', Data: BigInt64Array },
  9: { dtype: 'bool', Data: Uint8Array },
  [FLOAT16]: { dtype: 'float32', Data: Uint16Array },
  11: { dtype: 'float64', Data: Float64Array },
  12: { dtype: 'uint32', Data: Uint32Array },
  13: { dtype: 'uint64', Data: BigUint64Array },
};

interface TypedArray {
  new (buffer: ArrayBuffer): { readonly length: number };
  from(values: Iterable<never>): { readonly length: number };
}

/** Every `step`-th case under `root`, in one order everywhere. */
export function conformanceDirs(root: string, step: number): { readonly name: string; readonly dir: string }[] {
  const all = GROUPS.flatMap((group) => readdirSync(path.join(root, group)).sort().map((name) => ({ name: `${group}/${name}`, dir: path.join(root, group, name) })));
  return all.filter((_, index) => index % step === 0);
}

/** Undefined for a case whose values are no tensors: sequences, optional values. */
export function readCase({ name, dir }: { readonly name: string; readonly dir: string }): ConformanceCase | undefined {
  const set = path.join(dir, 'test_data_set_0');
  const read = (kind: string): Tensor[] => {
    const files = readdirSync(set).filter((file) => file.startsWith(kind));
    const place = (file: string): number => Number(/_(\d+)/.exec(file)?.[1]);
    return files.sort((a, b) => place(a) - place(b)).map((file) => readTensor(readFileSync(path.join(set, file))));
  };
  try {
    return { name, dir, inputs: read('input_'), outputs: read('output_') };
  } catch {
    return undefined;
  }
}

/** Whether every output of a case is what it must be. */
export function meets({ outputs }: ConformanceCase, answers: readonly (Tensor | undefined)[]): boolean {
  return outputs.every((expected, index) => isNear(answers[index], expected));
}

function isNear(actual: Tensor | undefined, expected: Tensor): boolean {
  if (!actual || actual.dtype !== expected.dtype || actual.shape.join() !== expected.shape.join()) return false;
  return [...expected.data].every((wanted, index) => {
    const got = actual.data[index];
    if (Object.is(got, wanted) || got === wanted) return true;
    return typeof got === 'number' && typeof wanted === 'number' && Math.abs(got - wanted) <= 1e-4 + 2e-3 * Math.abs(wanted);
  });
}

function readTensor(file: Buffer): Tensor {
  const shape: number[] = [];
  const numbers: (number | bigint)[] = [];
  const strings: string[] = [];
  let type = 1;
  let raw: Buffer | undefined;
  for (const { field, value } of fieldsOf(file)) {
    if (field === FIELD.dims) shape.push(...varints(value).map(Number));
    else if (field === FIELD.type) type = Number(value);
    else if (field === FIELD.raw) raw = Buffer.from(value as Buffer);
    else if (field === FIELD.strings) strings.push((value as Buffer).toString('utf8'));
    else if (field === FIELD.ints || field === FIELD.longs || field === FIELD.unsigned) numbers.push(...varints(value).map((number) => BigInt.asIntN(64, number)));
    else if (field === FIELD.floats) numbers.push(...chunks(value as Buffer, 4).map((bytes) => bytes.readFloatLE()));
    else if (field === FIELD.doubles) numbers.push(...chunks(value as Buffer, 8).map((bytes) => bytes.readDoubleLE()));
  }
  const count = shape.reduce((product, size) => product * size, 1);
  if (type === STRING) return { dtype: 'string', shape, data: strings };
  const { dtype, Data } = TYPES[type] as (typeof TYPES)[number];
  const isLong = dtype === 'int64' || dtype === 'uint64';
  const data = raw ? new Data(new Uint8Array(raw).buffer) : Data.from(numbers.map((number) => (isLong ? BigInt(number) : Number(number))) as never[]);
  if (data.length !== count) throw new RangeError(`${data.length} elements of ${count}`);
  return { dtype, shape, data: (type === FLOAT16 ? fromHalf(data as Uint16Array) : data) as Tensor['data'] };
}

interface Field {
  readonly field: number;
  readonly value: bigint | Buffer;
}

function fieldsOf(message: Buffer): Field[] {
  const fields: Field[] = [];
  const bytes = { message, at: 0 };
  while (bytes.at < message.length) {
    const tag = varint(bytes);
    const wire = Number(tag & 7n);
    const length = wire === 1 ? 8 : wire === 5 ? 4 : wire === 2 ? Number(varint(bytes)) : 0;
    const value = wire === 0 ? varint(bytes) : message.subarray(bytes.at, (bytes.at += length));
    fields.push({ field: Number(tag >> 3n), value });
  }
  return fields;
}

function varint(bytes: { readonly message: Buffer; at: number }): bigint {
  let value = 0n;
  for (let shift = 0n; ; shift += 7n) {
    const byte = bytes.message[bytes.at++];
    if (byte === undefined) throw new RangeError('a number does not end');
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) return value;
  }
}

/** One number, or many packed. */
function varints(value: bigint | Buffer): bigint[] {
  if (typeof value === 'bigint') return [value];
  const bytes = { message: value, at: 0 };
  const numbers: bigint[] = [];
  while (bytes.at < value.length) numbers.push(varint(bytes));
  return numbers;
}

function chunks(bytes: Buffer, size: number): Buffer[] {
  return Array.from({ length: bytes.length / size }, (_, i) => bytes.subarray(i * size, (i + 1) * size));
}
