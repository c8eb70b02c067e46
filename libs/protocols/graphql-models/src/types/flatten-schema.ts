import { isDeepStrictEqual } from 'node:util';

export type Schema = Readonly<Record<string, unknown>>;

export function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Keywords that say of what type a value is; the others only say which values of it are good, which the model's own check sees to. */
const STRUCTURAL = new Set([
  'type', 'properties', 'required', 'additionalProperties', 'unevaluatedProperties', 'items', 'prefixItems', 'enum', 'const',
  'anyOf', 'oneOf', 'x-tensor', 'contentMediaType', 'contentEncoding', 'minimum', 'exclusiveMinimum', 'maximum', 'exclusiveMaximum',
]);

/** What a schema says of types with `$ref` and `allOf` written out; undefined where the parts do not go together. */
export function flatten(schema: Schema, root: Schema): Schema | undefined {
  const { $ref: ref, allOf, ...own } = schema;
  const flat: Record<string, unknown> = {};
  const parts: unknown[] = [withoutRules(own), ...(ref === undefined ? [] : [targetOf(root, ref)]), ...listOf(allOf)];
  for (const [index, part] of parts.entries()) {
    if (part === true) continue;
    const inner = !isSchema(part) ? undefined : index === 0 ? part : flatten(part, root);
    if (!inner || !merge(flat, inner)) return undefined;
  }
  return flat;
}

/** Alternatives that only say which fields go together do not change what type the fields are of. */
function withoutRules(schema: Schema): Schema {
  const kept = Object.entries(schema).filter(([key, value]) => {
    if (key === 'anyOf' || key === 'oneOf') return !listOf(value).every(isRule);
    return STRUCTURAL.has(key) || key === 'description';
  });
  return Object.fromEntries(kept);
}

function isRule(schema: unknown): boolean {
  return isSchema(schema) && Object.keys(schema).every((key) => key === 'required' || key === 'not' || !STRUCTURAL.has(key));
}

function merge(into: Record<string, unknown>, from: Schema): boolean {
  for (const [key, value] of Object.entries(from)) {
    if (key === 'description' || !(key in into)) into[key] ??= value;
    else if (key === 'required') into[key] = [...listOf(into[key]), ...listOf(value)];
    else if (key === 'properties' && isSchema(value) && isSchema(into[key])) {
      const known: Schema = into[key];
      if (Object.keys(value).some((name) => Object.hasOwn(known, name) && !isDeepStrictEqual(known[name], value[name]))) return false;
      into[key] = { ...known, ...value };
    } else if (!isDeepStrictEqual(into[key], value)) return false;
  }
  return true;
}

function targetOf(root: Schema, ref: unknown): unknown {
  const name = typeof ref === 'string' ? /^#\/\$defs\/([\w-]+)$/.exec(ref)?.[1] : undefined;
  return name !== undefined && isSchema(root.$defs) ? root.$defs[name] : undefined;
}
