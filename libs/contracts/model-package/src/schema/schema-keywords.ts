import type { JsonSchema } from '@steelyard/tasks';

type Kind = 'schema' | 'list' | 'map' | 'plain';

const kinds = (kind: Kind, names: string): [string, Kind][] => names.split(' ').map((name) => [name, kind]);

/**
 * The JSON Schema keywords that a model's own schemas may use, and where each holds further schemas. Left out on purpose:
 * `pattern` and `patternProperties` (an expression can be made to run for ever, and it would run in the gateway), and what
 * reaches outside the schema (`$id`, `$anchor`, `$dynamicRef`).
 */
export const SCHEMA_KEYWORDS: ReadonlyMap<string, Kind> = new Map([
  ...kinds('schema', 'items additionalProperties contains not if then else propertyNames unevaluatedProperties unevaluatedItems'),
  ...kinds('list', 'prefixItems allOf anyOf oneOf'),
  ...kinds('map', 'properties $defs dependentSchemas'),
  ...kinds('plain', 'type enum const required dependentRequired minimum maximum exclusiveMinimum exclusiveMaximum multipleOf'),
  ...kinds('plain', 'minLength maxLength minItems maxItems uniqueItems minContains maxContains minProperties maxProperties'),
  ...kinds('plain', 'format contentMediaType contentEncoding title description default examples deprecated readOnly writeOnly'),
  ...kinds('plain', '$schema $comment $ref x-tensor'),
]);

/** Whether a keyword is known, or a note of the provider's own (`x-...`). */
export function isSchemaKeyword(name: string): boolean {
  return SCHEMA_KEYWORDS.has(name) || name.startsWith('x-');
}

export interface Subschema {
  readonly path: readonly (string | number)[];
  readonly schema: unknown;
}

/** The schemas directly within a schema, with the way to each. */
export function subschemas(schema: JsonSchema): Subschema[] {
  return Object.entries(schema).flatMap(([name, value]): Subschema[] => {
    const kind = SCHEMA_KEYWORDS.get(name);
    if (kind === 'schema') return [{ path: [name], schema: value }];
    if (kind === 'list' && Array.isArray(value)) return value.map((item, index) => ({ path: [name, index], schema: item as unknown }));
    if (kind === 'map' && isObject(value)) return Object.entries(value).map(([key, item]) => ({ path: [name, key], schema: item }));
    return [];
  });
}

/** A copy in which every schema, from the inside out, went through `change`. */
export function mapSchema(schema: unknown, change: (schema: JsonSchema) => JsonSchema): unknown {
  if (!isObject(schema)) return schema;
  const copy: Record<string, unknown> = { ...schema };
  for (const [name, value] of Object.entries(schema)) {
    const kind = SCHEMA_KEYWORDS.get(name);
    if (kind === 'schema') copy[name] = mapSchema(value, change);
    if (kind === 'list' && Array.isArray(value)) copy[name] = value.map((item) => mapSchema(item, change));
    if (kind === 'map' && isObject(value)) copy[name] = Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapSchema(item, change)]));
  }
  return change(copy);
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);
}

/** Whether a field holds encoded media: bytes in CBOR, base64 or a data URL in JSON. */
export function isMediaField(schema: unknown): boolean {
  if (!isObject(schema) || typeof schema.contentMediaType !== 'string') return false;
  return schema.contentEncoding === 'base64' || /^(image|audio|video)\//.test(schema.contentMediaType);
}
