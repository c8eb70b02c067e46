import type { JsonSchema } from '@steelyard/model-package';
import { checkTensor, createData, encodeValue, type DType } from '@steelyard/wire';

/**
 * A sample's input as the engine takes it: CBOR, with the fields that the schema declares as tensors made typed.
 * @throws AppError `WIRE.TENSOR_INVALID`
 */
export function encodeSampleInput(input: Readonly<Record<string, unknown>>, schema: JsonSchema): Uint8Array {
  const properties = (schema.properties ?? {}) as Readonly<Record<string, unknown>>;
  const fields = Object.entries(input).map(([name, value]) => [name, isTensorField(properties[name]) ? toTensor(value) : value]);
  return encodeValue(Object.fromEntries(fields));
}

function isTensorField(schema: unknown): boolean {
  return typeof schema === 'object' && schema !== null && 'x-tensor' in schema;
}

function toTensor(value: unknown): unknown {
  const { dtype, shape, data } = value as { dtype: DType; shape: number[]; data: unknown };
  return checkTensor({ dtype, shape, data: typeof data === 'string' ? fromBase64(dtype, data) : data });
}

/** Little-endian, as everywhere on the wire and on every machine that this runs on. */
function fromBase64(dtype: DType, text: string): unknown {
  const bytes = Buffer.from(text, 'base64');
  const { BYTES_PER_ELEMENT: size } = (createData(dtype, 0) as Uint8Array).constructor as unknown as { BYTES_PER_ELEMENT: number };
  const data = createData(dtype, Math.floor(bytes.length / size)) as Uint8Array;
  bytes.copy(new Uint8Array(data.buffer, 0, data.byteLength));
  return data;
}
