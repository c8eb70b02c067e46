import type { Manifest } from '@steelyard/model-package';
import type { DType } from '@steelyard/wire';
import { datatypeOf, type Datatype } from './datatypes.js';

type JsonSchema = Manifest['input'];

/**
 * How a field of a model is seen as a tensor. Tensors (`x-tensor`) are themselves; everything else that a model takes or gives is
 * made one: a text, media or anything without a form of its own is one element of BYTES (the latter as JSON), a number one of FP64,
 * a list of numbers FP64 of its length.
 */
export type FieldForm = 'tensor' | 'media' | 'text' | 'number' | 'integer' | 'boolean' | 'numbers' | 'json';

export interface ModelTensor {
  readonly name: string;
  readonly form: FieldForm;
  readonly datatype: Datatype;
  /** -1 is a free dimension. One call is one item: there is no dimension of a batch. */
  readonly shape: readonly number[];
}

const ONE: Readonly<Record<Exclude<FieldForm, 'tensor' | 'numbers'>, Datatype>> = {
  media: 'BYTES', text: 'BYTES', number: 'FP64', integer: 'INT64', boolean: 'BOOL', json: 'BYTES',
};

/** The top-level fields of a schema as tensors: those that are required first, in their order. The database does not keep that of the properties. */
export function tensorsOf(schema: JsonSchema): ModelTensor[] {
  const properties = (schema['properties'] ?? {}) as Readonly<Record<string, JsonSchema | boolean>>;
  const required = ((schema['required'] ?? []) as string[]).filter((name) => Object.hasOwn(properties, name));
  return [...new Set([...required, ...Object.keys(properties)])].map((name) => tensorOf(name, properties[name]!));
}

function tensorOf(name: string, property: JsonSchema | boolean): ModelTensor {
  const schema = typeof property === 'object' ? property : {};
  const rule = schema['x-tensor'] as { readonly dtype: DType; readonly shape: readonly number[] } | undefined;
  if (rule) return { name, form: 'tensor', datatype: datatypeOf(rule.dtype), shape: rule.shape };
  const form = formOf(schema);
  return form === 'numbers' ? { name, form, datatype: 'FP64', shape: [-1] } : { name, form, datatype: ONE[form], shape: [1] };
}

function formOf(schema: JsonSchema): Exclude<FieldForm, 'tensor'> {
  switch (schema['type']) {
    case 'string':
      return typeof schema['contentMediaType'] === 'string' ? 'media' : 'text';
    case 'number':
    case 'integer':
    case 'boolean':
      return schema['type'];
    case 'array': {
      const { type } = (schema['items'] ?? {}) as JsonSchema;
      return type === 'number' || type === 'integer' ? 'numbers' : 'json';
    }
    default:
      return 'json';
  }
}
