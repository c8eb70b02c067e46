import { isDeepStrictEqual } from 'node:util';
import type { JsonSchema } from '@steelyard/tasks';
import { isObject } from '../schema/schema-keywords.js';

/** Keywords that say nothing of which values there are. */
const NOTES = new Set(['$schema', '$comment', '$defs', 'title', 'description', 'default', 'examples', 'deprecated', 'readOnly', 'writeOnly']);

/** No value fits it. */
export const NOTHING: JsonSchema = { not: {} };

/**
 * A schema as one flat set of rules: its notes gone, its `$ref` and `allOf` written into it. Rules of theirs that differ stay under `allOf`.
 * Schemas within it are as they were.
 */
export function expand(schema: unknown, root: JsonSchema): JsonSchema {
  if (schema === false) return NOTHING;
  if (!isObject(schema)) return {};
  const { $ref: ref, allOf, ...own } = schema;
  return merge([
    Object.fromEntries(Object.entries(own).filter(([key]) => !NOTES.has(key) && (!key.startsWith('x-') || key === 'x-tensor'))),
    ...(typeof ref === 'string' ? [expand(targetOf(root, ref), root)] : []),
    ...(Array.isArray(allOf) ? allOf.map((part) => expand(part, root)) : []),
  ]);
}

/** What the parts say together, in time that grows with what they say and not with its square. */
function merge(parts: readonly JsonSchema[]): JsonSchema {
  const merged: Record<string, unknown> = {};
  const joined = { required: [] as unknown[][], properties: [] as Record<string, unknown>[], allOf: [] as unknown[][] };
  for (const part of parts) {
    const rest: Record<string, unknown> = {};
    for (const [key, value] of Object.entries(part)) {
      if (key === 'required' || key === 'allOf') joined[key].push(value as unknown[]);
      else if (key === 'properties') joined[key].push(value as Record<string, unknown>);
      else if (merged[key] === undefined) merged[key] = value;
      else if (!isDeepStrictEqual(merged[key], value)) rest[key] = value;
    }
    if (Object.keys(rest).length > 0) joined.allOf.push([rest]);
  }
  const { required, properties, allOf } = joined;
  if (required.length > 0) merged.required = joinLists(required);
  if (properties.length > 0) merged.properties = joinProperties(properties);
  if (allOf.length > 0) merged.allOf = joinLists(allOf);
  return merged;
}

function joinLists(lists: readonly unknown[][]): unknown[] {
  return lists.length === 1 ? lists[0]! : [...new Set(lists.flat())];
}

function joinProperties(maps: readonly Record<string, unknown>[]): Record<string, unknown> {
  if (maps.length === 1) return maps[0]!;
  const schemas = new Map<string, unknown[]>();
  for (const [name, schema] of maps.flatMap((map) => Object.entries(map))) {
    const known = schemas.get(name);
    if (!known) schemas.set(name, [schema]);
    else if (known.length > 1 || !isDeepStrictEqual(known[0], schema)) known.push(schema);
  }
  return Object.fromEntries([...schemas].map(([name, all]) => [name, all.length === 1 ? all[0] : { allOf: all }]));
}

/** Manifests refer to `#/$defs/name` alone, and never in a circle; see `checkSchema`. */
function targetOf(root: JsonSchema, ref: string): unknown {
  const name = ref.slice('#/$defs/'.length);
  return isObject(root.$defs) && Object.hasOwn(root.$defs, name) ? root.$defs[name] : {};
}

/** The alternatives of an expanded schema, each with what is said beside them; the schema itself where it has none. */
export function alternatives(schema: JsonSchema, root: JsonSchema): JsonSchema[] {
  const { anyOf, oneOf, ...rest } = schema;
  const choices = Array.isArray(anyOf) ? anyOf : oneOf;
  if (!Array.isArray(choices) || (Array.isArray(anyOf) && Array.isArray(oneOf))) return [schema];
  return choices.flatMap((choice) => alternatives(merge([rest, expand(choice, root)]), root));
}
