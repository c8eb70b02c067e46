import type { DraftValue, JsonObject } from '../playground/draft';
import { objectOf } from '../playground/input-form';
import { fileMark, postSnippet, type CallOf } from './call-snippets';

/** A tensor of the Open Inference Protocol (version 2). */
export interface InferenceTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly datatype: string;
  readonly data: readonly unknown[];
}

const DATATYPES: Readonly<Record<string, string>> = {
  bool: 'BOOL',
  int8: 'INT8',
  int16: 'INT16',
  int32: 'INT32',
  int64: 'INT64',
  uint8: 'UINT8',
  uint16: 'UINT16',
  uint32: 'UINT32',
  uint64: 'UINT64',
  float16: 'FP16',
  float32: 'FP32',
  float64: 'FP64',
  string: 'BYTES',
};

/** The call by the Open Inference Protocol; undefined where a tensor is not in numbers that can be read. */
export function inferenceSnippet({ baseUrl, ref, input, files }: CallOf, schema: JsonObject): string | undefined {
  const inputs = inferenceInputs(input, schema, files);
  return inputs && postSnippet(`${baseUrl}/v2/models/${encodeURIComponent(ref)}/infer`, { inputs }, files);
}

/** Every field of an input as a tensor of its name. What is no tensor by its schema is one of one element, or a list of numbers. */
export function inferenceInputs(input: JsonObject, schema: JsonObject, files: DraftValue['files'] = {}): readonly InferenceTensor[] | undefined {
  const properties = objectOf(schema['properties']);
  const tensors = Object.entries(input).map(([name, value]) => {
    if (files[name] !== undefined) return { name, shape: [1], datatype: 'BYTES', data: [fileMark(name)] };
    return tensorOf(name, value, objectOf(properties[name]));
  });
  return tensors.every((tensor) => tensor !== undefined) ? tensors : undefined;
}

function tensorOf(name: string, value: unknown, property: JsonObject): InferenceTensor | undefined {
  if (property['x-tensor'] !== undefined) return ownTensor(name, objectOf(value));
  const one = (datatype: string, element: unknown): InferenceTensor => ({ name, shape: [1], datatype, data: [element] });
  if (typeof value === 'string' && property['type'] === 'string') return one('BYTES', value);
  if (typeof value === 'number' && property['type'] === 'number') return one('FP64', value);
  if (typeof value === 'number' && property['type'] === 'integer') return one('INT64', value);
  if (typeof value === 'boolean' && property['type'] === 'boolean') return one('BOOL', value);
  if (isNumbers(value) && isListOfNumbers(property)) return { name, shape: [value.length], datatype: 'FP64', data: value };
  return one('BYTES', JSON.stringify(value));
}

/** A field that is a tensor already: `{ dtype, shape, data }`. */
function ownTensor(name: string, { dtype, shape, data }: JsonObject): InferenceTensor | undefined {
  const datatype = DATATYPES[String(dtype)];
  return datatype !== undefined && isNumbers(shape) && Array.isArray(data) ? { name, shape, datatype, data } : undefined;
}

function isListOfNumbers({ type, items }: JsonObject): boolean {
  const { type: item } = objectOf(items);
  return type === 'array' && (item === 'number' || item === 'integer');
}

function isNumbers(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'number');
}
