import { emitArray, emitObject } from './emit-structure.js';
import type { TypeAliases } from './type-aliases.js';
import { atom, intersectionOf, literalOf, named, type TypeText, unionOf, UNKNOWN } from './type-text.js';

export type Schema = Readonly<Record<string, unknown>>;

/** What a type is written for and with. */
export interface EmitContext {
  /** An input takes more than an output gives: media in any form, lists that are read only. */
  readonly direction: 'input' | 'output';
  /** The whole schema, which `$ref` points into. */
  readonly root: unknown;
  /** Says where `root` belongs to, for the names of its parts. */
  readonly owner: string;
  readonly aliases: TypeAliases;
}

/** Where in the schema and in the text we are. */
export interface Place {
  readonly context: EmitContext;
  readonly indent: string;
  readonly depth: number;
  /** The alias being written, as long as no object or array is in between. */
  readonly directAlias?: string | undefined;
}

/** What an emitted type may need of `@steelyard/client`. */
export const CLIENT_TYPES = ['MediaInput', 'TensorInput', 'TensorOutput'] as const;

const DEPTH_MAX = 40;
const DTYPES = new Set(['float32', 'float64', 'int8', 'int16', 'int32', 'int64', 'uint8', 'uint16', 'uint32', 'uint64', 'bool', 'string']);

/**
 * The TypeScript type of the values that a JSON Schema 2020-12 accepts. What TypeScript cannot say (ranges, `not`,
 * conditions) is left out, so the type is never narrower than the schema, with one exception: an object that does not
 * mention `additionalProperties` is closed, or a misspelt field would not be found.
 */
export function emitType(schema: unknown, place: Place): TypeText {
  if (schema === false) return atom('never');
  if (!isSchema(schema) || place.depth > DEPTH_MAX) return UNKNOWN;
  const inner = { ...place, depth: place.depth + 1 };
  const parts = [emitRef(schema, inner), emitOwn(schema, inner)];
  for (const part of listOf(schema['allOf'])) parts.push(emitType(part, inner));
  for (const keyword of ['anyOf', 'oneOf']) {
    const choices = listOf(schema[keyword]);
    if (choices.length > 0) parts.push(unionOf(choices.map((choice) => emitType(choice, inner))));
  }
  const type = intersectionOf(parts);
  return schema['nullable'] === true ? unionOf([type, atom('null')]) : type;
}

export function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** What the schema says itself, without the schemas it refers to or combines. */
function emitOwn(schema: Schema, place: Place): TypeText {
  const { context } = place;
  if (isSchema(schema['x-tensor'])) return emitTensor(schema['x-tensor'], context);
  if (isMedia(schema)) return context.direction === 'input' ? named('MediaInput') : atom('string');
  if ('const' in schema) return literalOf(schema['const']);
  if (Array.isArray(schema['enum'])) return unionOf(schema['enum'].map(literalOf));
  const { type } = schema;
  if (typeof type === 'string') return emitNamed(type, schema, place);
  if (Array.isArray(type)) return unionOf(type.map((name) => emitNamed(name, schema, place)));
  const shapes = ['object', 'array'].filter((name) => SHAPE_KEYWORDS[name]!.some((keyword) => keyword in schema));
  return shapes.length === 0 ? UNKNOWN : unionOf(shapes.map((name) => emitNamed(name, schema, place)));
}

/** What tells the type of a schema that does not name it. */
const SHAPE_KEYWORDS: Readonly<Record<string, readonly string[]>> = {
  object: ['properties', 'required', 'additionalProperties', 'patternProperties'],
  array: ['items', 'prefixItems'],
};

function emitNamed(type: unknown, schema: Schema, place: Place): TypeText {
  switch (type) {
    case 'string':
    case 'boolean':
    case 'null':
      return atom(type);
    case 'number':
    case 'integer':
      return atom('number');
    case 'array':
      return emitArray(schema, { ...place, directAlias: undefined });
    case 'object':
      return emitObject(schema, { ...place, directAlias: undefined });
    default:
      return UNKNOWN;
  }
}

function emitTensor({ dtype }: Schema, { direction }: EmitContext): TypeText {
  const type = direction === 'input' ? 'TensorInput' : 'TensorOutput';
  return named(type, typeof dtype === 'string' && DTYPES.has(dtype) ? `${type}<'${dtype}'>` : type);
}

/** The same rule by which the platform takes bytes for a field. */
function isMedia(schema: Schema): boolean {
  const media = schema['contentMediaType'];
  return typeof media === 'string' && (schema['contentEncoding'] === 'base64' || /^(image|audio|video)\//.test(media));
}

/** A reference within the schema becomes a type of its own, so that a schema may refer to itself. */
function emitRef(schema: Schema, place: Place): TypeText {
  const ref = schema['$ref'];
  if (ref === undefined) return UNKNOWN;
  const { context, directAlias } = place;
  const target = typeof ref === 'string' ? resolvePointer(context.root, ref) : undefined;
  if (target === undefined) return UNKNOWN;
  const { name, isNew } = context.aliases.nameOf(`${context.owner} ${context.direction} ${ref as string}`);
  const isSafe = directAlias === undefined || context.aliases.connect(directAlias, name);
  if (isNew) context.aliases.define(name, emitType(target, { context, indent: '', depth: 0, directAlias: name }));
  return isSafe ? named(name) : UNKNOWN;
}

/** RFC 6901 in a URI fragment: `#`, `#/$defs/point`. Anything else leads outside and is not followed. */
function resolvePointer(root: unknown, ref: string): unknown {
  if (ref === '#') return root;
  if (!ref.startsWith('#/')) return undefined;
  let value: unknown = root;
  for (const step of ref.slice(2).split('/')) {
    const key = decodeStep(step);
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}

function decodeStep(step: string): string {
  let text = step;
  try {
    text = decodeURIComponent(step);
  } catch {
    // Not percent-encoded after all: taken as it is.
  }
  return text.replaceAll('~1', '/').replaceAll('~0', '~');
}
