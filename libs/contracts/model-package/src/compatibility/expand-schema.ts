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
  const parts = [
    Object.fromEntries(Object.entries(own).filter(([key]) => !NOTES.has(key) && (!key.startsWith('x-') || key === 'x-tensor'))),
    ...(typeof ref === 'string' ? [expand(targetOf(root, ref), root)] : []),
    ...(Array.isArray(allOf) ? allOf.map((part) => expand(part, root)) : []),
  ];
  return parts.reduce<Record<string, unknown>>(merge, {});
}

/** What `a` and `b` say together. */
function merge(a: Record<string, unknown>, b: JsonSchema): Record<string, unknown> {
  const merged = { ...a };
  const rest: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(b)) {
    const known = merged[key];
    if (known === undefined) merged[key] = value;
    else if (key === 'required' || key === 'allOf') merged[key] = [...new Set([...(known as unknown[]), ...(value as unknown[])])];
    else if (key === 'properties') merged[key] = mergeProperties(known as Record<string, unknown>, value as Record<string, unknown>);
    else if (!isDeepStrictEqual(known, value)) rest[key] = value;
  }
  if (Object.keys(rest).length > 0) merged.allOf = [...((merged.allOf as unknown[] | undefined) ?? []), rest];
  return merged;
}

function mergeProperties(a: Record<string, unknown>, b: Record<string, unknown>): Record<string, unknown> {
  const entries = Object.entries(b).map(([name, schema]) => [name, Object.hasOwn(a, name) && !isDeepStrictEqual(a[name], schema) ? { allOf: [a[name], schema] } : schema]);
  return { ...a, ...(Object.fromEntries(entries) as Record<string, unknown>) };
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
  return choices.flatMap((choice) => alternatives(merge(rest, expand(choice, root)), root));
}
