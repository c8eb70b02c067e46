import type { JsonSchema } from '@steelyard/tasks';
import { isMediaField, isObject } from '../schema/schema-keywords.js';

const TYPES = ['string', 'number', 'integer', 'boolean', 'null', 'array', 'object'];

/** The JSON types that the values of an expanded schema may have; all of them where it does not say. */
export function typesOf(schema: JsonSchema): ReadonlySet<string> {
  if (isMediaField(schema)) return new Set(['string']);
  if (isObject(schema['x-tensor'])) return new Set(['object']);
  if (typeof schema.type === 'string') return new Set([schema.type]);
  if (Array.isArray(schema.type)) return new Set(schema.type as string[]);
  const listed = valuesOf(schema);
  return new Set(listed ? listed.map(typeOf) : TYPES);
}

/** The values that a schema lists; undefined where it lists none. */
export function valuesOf(schema: JsonSchema): readonly unknown[] | undefined {
  if ('const' in schema) return [schema.const];
  return Array.isArray(schema.enum) ? schema.enum : undefined;
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return Number.isInteger(value) ? 'integer' : typeof value;
}

/** Whether values of one schema may have types that the other does not know. */
export function typesBeyond(from: JsonSchema, to: JsonSchema): boolean {
  const known = typesOf(to);
  return [...typesOf(from)].some((type) => !known.has(type) && !(type === 'integer' && known.has('number')));
}

export function describeTypes(schema: JsonSchema): string {
  if (isMediaField(schema)) return String(schema.contentMediaType);
  if (isObject(schema['x-tensor'])) return 'a tensor';
  const types = typesOf(schema);
  return types.size === TYPES.length ? 'anything' : [...types].join(' or ');
}
