import type { JsonSchema } from '@steelyard/tasks';

interface Node {
  readonly properties?: Readonly<Record<string, Node>>;
  readonly items?: Node;
  readonly oneOf?: readonly Node[];
  readonly default?: unknown;
  readonly const?: unknown;
}

/**
 * A copy of a valid `value` with every `default` of the schema written in. Knows `properties`, `items`, and `oneOf` whose
 * branches have a constant `op`: what the manifest's schema uses.
 */
export function fillDefaults(schema: JsonSchema, value: unknown): unknown {
  return fill(schema, value);
}

function fill(schema: Node, value: unknown): unknown {
  if (Array.isArray(value)) return schema.items ? value.map((item) => fill(schema.items!, item)) : value;
  if (typeof value !== 'object' || value === null) return value;
  const object = value as Readonly<Record<string, unknown>>;
  const branch = schema.oneOf?.find((candidate) => candidate.properties?.op?.const === object.op);
  const properties = (branch ?? schema).properties;
  if (!properties) return value;
  const filled: Record<string, unknown> = { ...object };
  for (const [key, property] of Object.entries(properties)) {
    if (filled[key] === undefined && property.default !== undefined) filled[key] = structuredClone(property.default);
    if (filled[key] !== undefined) filled[key] = fill(property, filled[key]);
  }
  return filled;
}
