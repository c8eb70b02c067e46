/**
 * Writes small ONNX models by hand, honest and hostile ones, so that no binary file has to be committed for a test.
 * Field numbers: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
 */

export const ELEMENT = { float32: 1, uint8: 2, int8: 3, int32: 6, int64: 7, string: 8, bool: 9, float16: 10, float64: 11, bfloat16: 16 } as const;
type Element = keyof typeof ELEMENT;

const VARINT = 0;
const LENGTH_DELIMITED = 2;

export function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  do {
    const low = rest % 128;
    rest = Math.floor(rest / 128);
    bytes.push(rest > 0 ? low | 0x80 : low);
  } while (rest > 0);
  return Buffer.from(bytes);
}

export function numberField(field: number, value: number): Buffer {
  return Buffer.concat([varint(field * 8 + VARINT), varint(value)]);
}

export function bytesField(field: number, value: Uint8Array | string): Buffer {
  const bytes = Buffer.from(value as string);
  return Buffer.concat([varint(field * 8 + LENGTH_DELIMITED), varint(bytes.length), bytes]);
}

/** A free dimension is its name. */
export function valueInfo(name: string, element: Element, shape: readonly (number | string)[]): Buffer {
  const dims = shape.map((size) => bytesField(1, typeof size === 'number' ? numberField(1, size) : bytesField(2, size)));
  const tensorType = Buffer.concat([numberField(1, ELEMENT[element]), bytesField(2, Buffer.concat(dims))]);
  return Buffer.concat([bytesField(1, name), bytesField(2, bytesField(1, tensorType))]);
}

export interface TensorFields {
  readonly name: string;
  readonly element: Element;
  readonly dims: readonly number[];
  readonly data?: ArrayBufferView;
  readonly external?: Readonly<Record<string, string>>;
  /** Says that the data is external; on by itself with `external`. */
  readonly location?: number;
}

export function tensor({ name, element, dims, data, external, location }: TensorFields): Buffer {
  const raw = data && Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  return Buffer.concat([
    ...dims.map((size) => numberField(1, size)),
    numberField(2, ELEMENT[element]),
    bytesField(8, name),
    ...(raw ? [bytesField(9, raw)] : []),
    ...Object.entries(external ?? {}).map(([key, value]) => bytesField(13, Buffer.concat([bytesField(1, key), bytesField(2, value)]))),
    ...(external || location !== undefined ? [numberField(14, location ?? 1)] : []),
  ]);
}

/** AttributeProto.type of the attributes that the specs need. */
const ATTRIBUTE_TYPE = { int: 2, tensor: 4, graph: 5, ints: 7 } as const;

export function attribute(name: string, value: { int: number } | { ints: readonly number[] } | { tensor: Buffer } | { graph: Buffer }): Buffer {
  const [kind] = Object.keys(value) as [keyof typeof ATTRIBUTE_TYPE];
  const content = contentOf(value);
  return Buffer.concat([bytesField(1, name), content, numberField(20, ATTRIBUTE_TYPE[kind])]);
}

function contentOf(value: Parameters<typeof attribute>[1]): Buffer {
  if ('int' in value) return numberField(3, value.int);
  if ('ints' in value) return Buffer.concat(value.ints.map((number) => numberField(8, number)));
  return 'tensor' in value ? bytesField(5, value.tensor) : bytesField(6, value.graph);
}

export interface NodeFields {
  readonly op: string;
  readonly inputs?: readonly string[];
  readonly outputs?: readonly string[];
  readonly domain?: string;
  readonly attributes?: readonly Buffer[];
}

export function node({ op, inputs = [], outputs = [], domain, attributes = [] }: NodeFields): Buffer {
  return Buffer.concat([
    ...inputs.map((name) => bytesField(1, name)),
    ...outputs.map((name) => bytesField(2, name)),
    bytesField(4, op),
    ...attributes.map((value) => bytesField(5, value)),
    ...(domain ? [bytesField(7, domain)] : []),
  ]);
}

export interface GraphFields {
  readonly nodes?: readonly Buffer[];
  readonly initializers?: readonly Buffer[];
  readonly inputs?: readonly Buffer[];
  readonly outputs?: readonly Buffer[];
}

export function graph({ nodes = [], initializers = [], inputs = [], outputs = [] }: GraphFields): Buffer {
  return Buffer.concat([
    ...nodes.map((value) => bytesField(1, value)),
    bytesField(2, 'g'),
    ...initializers.map((value) => bytesField(5, value)),
    ...inputs.map((value) => bytesField(11, value)),
    ...outputs.map((value) => bytesField(12, value)),
  ]);
}

export function model(body: Buffer, rest: readonly Buffer[] = []): Buffer {
  const opset = Buffer.concat([bytesField(1, ''), numberField(2, 13)]);
  return Buffer.concat([numberField(1, 8), bytesField(2, 'onnx-writer'), bytesField(7, body), bytesField(8, opset), ...rest]);
}
