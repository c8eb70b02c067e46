import { isTensor, toJsonValue, type TensorData } from '@steelyard/wire';
import { datatypeOf, type Datatype } from './datatypes.js';
import type { InferRequest, RequestedOutput } from './infer-request.js';
import type { ModelTensor } from './model-tensors.js';

type Numbers = Exclude<TensorData, readonly string[]>;

/** An output as a tensor; the elements of BYTES are bytes or texts. */
interface AnswerTensor {
  readonly datatype: Datatype;
  readonly shape: readonly number[];
  readonly data: Numbers | readonly (Uint8Array | string)[];
}

/** An answer's JSON, and the bytes that follow it: of those outputs that were asked for as such, one after the other. */
export interface InferAnswer {
  readonly json: string;
  readonly binary: readonly Uint8Array[];
}

export interface AnswerFacts {
  readonly model: string;
  readonly version: string;
  readonly request: InferRequest;
  /** The model's outputs. */
  readonly known: readonly ModelTensor[];
}

/** What a model gave, as the answer to a request. */
export function writeAnswer(output: Readonly<Record<string, unknown>>, { model, version, request, known }: AnswerFacts): InferAnswer {
  const wanted: readonly RequestedOutput[] = request.outputs ?? known.map(({ name }) => ({ name, binary: request.binaryOutputs }));
  const binary: Uint8Array[] = [];
  const outputs = wanted
    // A field that the model may leave out.
    .filter(({ name }) => Object.hasOwn(output, name) && output[name] !== undefined)
    .map(({ name, ...how }) => {
      const form = known.find((tensor) => tensor.name === name)?.form;
      const { datatype, shape, data } = toTensor(output[name], form);
      const head = JSON.stringify({ name, datatype, shape }).slice(0, -1);
      if (!how.binary) return `${head},"data":${toJson(datatype, data)}}`;
      const bytes = toBytes(data);
      binary.push(bytes);
      return `${head},"parameters":{"binary_data_size":${bytes.byteLength}}}`;
    });
  const head = JSON.stringify({ model_name: model, model_version: version, id: request.id }).slice(0, -1);
  return { json: `${head},"outputs":[${outputs.join(',')}]}`, binary };
}

function toTensor(value: unknown, form: ModelTensor['form'] | undefined): AnswerTensor {
  if (isTensor(value)) return { datatype: datatypeOf(value.dtype), shape: value.shape, data: value.data };
  if (typeof value === 'bigint' || (form === 'integer' && Number.isSafeInteger(value))) return { datatype: 'INT64', shape: [1], data: BigInt64Array.of(BigInt(value as number)) };
  if (typeof value === 'number') return { datatype: 'FP64', shape: [1], data: Float64Array.of(value) };
  if (typeof value === 'boolean') return { datatype: 'BOOL', shape: [1], data: Uint8Array.of(Number(value)) };
  if (typeof value === 'string' || value instanceof Uint8Array) return { datatype: 'BYTES', shape: [1], data: [value] };
  // An answer may not be what its model's schema says.
  if (form === 'numbers' && (Array.isArray(value) || ArrayBuffer.isView(value))) return { datatype: 'FP64', shape: [(value as number[]).length], data: Float64Array.from(value as number[]) };
  return { datatype: 'BYTES', shape: [1], data: [JSON.stringify(toJsonValue(value))] };
}

/** As the protocol's JSON has elements: 64-bit integers as numbers with all their digits, which `JSON.stringify` cannot write. */
function toJson(datatype: Datatype, data: AnswerTensor['data']): string {
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) return `[${data.join(',')}]`;
  if (datatype === 'BOOL') return JSON.stringify(Array.from(data as Uint8Array, Boolean));
  if (ArrayBuffer.isView(data)) return JSON.stringify(Array.from(data));
  return JSON.stringify(data.map((element) => (typeof element === 'string' ? element : asBuffer(element).toString('base64'))));
}

function toBytes(data: AnswerTensor['data']): Uint8Array {
  if (ArrayBuffer.isView(data)) return asBuffer(data);
  return Buffer.concat(
    data.flatMap((element) => {
      const bytes = typeof element === 'string' ? Buffer.from(element) : element;
      const length = Buffer.alloc(4);
      length.writeUInt32LE(bytes.byteLength);
      return [length, bytes];
    }),
  );
}

const asBuffer = (data: ArrayBufferView): Buffer => Buffer.from(data.buffer, data.byteOffset, data.byteLength);
