import type { GraphQLScalarType } from 'graphql';
import { GraphQLBoolean, GraphQLFloat, GraphQLInt, GraphQLString } from 'graphql';
import { isMediaField, type JsonSchema } from '@steelyard/model-package';
import { JsonScalar } from '@steelyard/platform-graphql';
import { flatten, isSchema, listOf, type Schema } from './flatten-schema.js';
import { Base64Scalar, LongScalar, TensorScalar } from './scalars.js';

/** What GraphQL can say of the values that a JSON Schema describes; what it cannot say is free JSON. */
export type Shape = (ScalarShape | EnumShape | ListShape | ObjectShape) & { readonly nullable: boolean; readonly description?: string | undefined };

export interface ScalarShape {
  readonly kind: 'scalar';
  readonly scalar: GraphQLScalarType;
}

export interface EnumShape {
  readonly kind: 'enum';
  readonly values: readonly string[];
}

export interface ListShape {
  readonly kind: 'list';
  readonly item: Shape;
}

export interface ObjectShape {
  readonly kind: 'object';
  /** Of the definition that a `$ref` led to. */
  readonly name?: string | undefined;
  readonly properties: readonly Property[];
}

export interface Property {
  /** As the model knows it. */
  readonly name: string;
  readonly required: boolean;
  readonly shape: Shape;
}

const ANY: Shape = { kind: 'scalar', scalar: JsonScalar, nullable: true };
const INT_MIN = -(2 ** 31);
const INT_MAX = 2 ** 31 - 1;

/** The shape of the values that a schema describes. Its `$ref`s are in no circle; see `checkSchema` of the manifest. */
export function shapeOf(root: JsonSchema): Shape {
  const defined = new Map<string, Shape>();

  function read(schema: unknown): Shape {
    const ref = isSchema(schema) && typeof schema.$ref === 'string' && Object.keys(schema).every((key) => key === '$ref' || key === 'description') ? schema.$ref : undefined;
    if (ref === undefined) return readOwn(schema);
    const known = defined.get(ref) ?? named(readOwn(schema), ref.slice(ref.lastIndexOf('/') + 1));
    defined.set(ref, known);
    return known;
  }

  function readOwn(schema: unknown): Shape {
    const flat = isSchema(schema) ? flatten(schema, root) : undefined;
    if (!flat) return ANY;
    const { description } = flat;
    const shape = ofChoices(flat) ?? ofValues(flat) ?? ofType(flat);
    return typeof description === 'string' && shape.description === undefined ? { ...shape, description } : shape;
  }

  /** `anyOf` and `oneOf` that say no more than that null is allowed, or which texts are. */
  function ofChoices(schema: Schema): Shape | undefined {
    const choices = [...listOf(schema.anyOf), ...listOf(schema.oneOf)];
    if (choices.length === 0) return undefined;
    const others = choices.filter((choice) => !(isSchema(choice) && choice.type === 'null'));
    if (others.length === 1) return { ...read(others[0]), nullable: others.length < choices.length };
    const shapes = others.map(read);
    if (!shapes.every((shape) => shape.kind === 'enum')) return ANY;
    const values = [...new Set(shapes.flatMap((shape) => (shape as EnumShape).values))];
    return { kind: 'enum', values, nullable: others.length < choices.length || shapes.some(({ nullable }) => nullable) };
  }

  function ofType(schema: Schema): Shape {
    const listed = listOf(schema.type ?? inferred(schema));
    const types = listed.length > 0 ? listed : [schema.type ?? inferred(schema)];
    const nullable = types.includes('null');
    const [type, ...more] = types.filter((name) => name !== 'null' && !(name === 'integer' && types.includes('number')));
    if (type === undefined || more.length > 0) return ANY;
    return { ...ofNamed(type, schema), nullable };
  }

  function ofNamed(type: unknown, schema: Schema): Shape {
    if (type === 'object') return ofObject(schema);
    if (type === 'array') return isSchema(schema.items) && schema.prefixItems === undefined ? { kind: 'list', item: read(schema.items), nullable: false } : ANY;
    const scalar = type === 'integer' ? integerOf(schema) : SCALARS[type as string];
    return scalar ? { kind: 'scalar', scalar, nullable: false } : ANY;
  }

  function ofObject(schema: Schema): Shape {
    const extra = schema.additionalProperties ?? schema.unevaluatedProperties ?? false;
    const declared = isSchema(schema.properties) ? schema.properties : {};
    const required = new Set(listOf(schema.required).map(String));
    const names = [...new Set([...Object.keys(declared), ...required])].filter((name) => name !== '__proto__');
    // Fields of names that nobody knows beforehand are no fields of a GraphQL type.
    if (extra !== false || names.length === 0) return { ...ANY, nullable: false };
    const properties = names.map((name): Property => ({ name, required: required.has(name), shape: Object.hasOwn(declared, name) ? read(declared[name]) : ANY }));
    return { kind: 'object', properties, nullable: false };
  }

  return read(root);
}

const SCALARS: Readonly<Record<string, GraphQLScalarType>> = { string: GraphQLString, number: GraphQLFloat, boolean: GraphQLBoolean };

function named(shape: Shape, name: string): Shape {
  return shape.kind === 'object' ? { ...shape, name } : shape;
}

function inferred(schema: Schema): string | undefined {
  if (schema.properties !== undefined || schema.required !== undefined) return 'object';
  return schema.items === undefined ? undefined : 'array';
}

/** Schemas that say which values there are, or of what sort they are beyond their JSON type. */
function ofValues(schema: Schema): Shape | undefined {
  if (isSchema(schema['x-tensor'])) return tensorOf(schema['x-tensor']);
  if (isMediaField(schema)) return { kind: 'scalar', scalar: Base64Scalar, nullable: false, ...(typeof schema.description !== 'string' && { description: String(schema.contentMediaType) }) };
  const listed = 'const' in schema ? [schema.const] : schema.enum;
  if (!Array.isArray(listed)) return undefined;
  const values: unknown[] = listed.filter((value) => value !== null);
  const nullable = values.length < listed.length;
  if (values.length === 0) return ANY;
  if (values.every((value) => typeof value === 'string')) return { kind: 'enum', values: [...new Set(values)], nullable };
  const scalar = scalarOfValues(values);
  return { kind: 'scalar', scalar, nullable: nullable || scalar === JsonScalar };
}

function scalarOfValues(values: readonly unknown[]): GraphQLScalarType {
  if (values.every((value) => typeof value === 'boolean')) return GraphQLBoolean;
  if (!values.every((value) => typeof value === 'number')) return JsonScalar;
  if (!values.every(Number.isSafeInteger)) return GraphQLFloat;
  return values.every((value) => value >= INT_MIN && value <= INT_MAX) ? GraphQLInt : LongScalar;
}

function tensorOf({ dtype, shape }: Schema): Shape {
  const text = `${String(dtype)} [${listOf(shape).map((size) => (size === -1 ? 'any' : String(size))).join(', ')}]`;
  return { kind: 'scalar', scalar: TensorScalar, nullable: false, description: `A tensor: ${text}.` };
}

function integerOf({ minimum, exclusiveMinimum, maximum, exclusiveMaximum }: Schema): GraphQLScalarType {
  const isWithin = (bound: unknown, least: number, most: number) => typeof bound === 'number' && bound >= least && bound <= most;
  const hasFloor = isWithin(minimum, INT_MIN, INT_MAX) || isWithin(exclusiveMinimum, INT_MIN - 1, INT_MAX);
  const hasCeiling = isWithin(maximum, INT_MIN, INT_MAX) || isWithin(exclusiveMaximum, INT_MIN, INT_MAX + 1);
  return hasFloor && hasCeiling ? GraphQLInt : LongScalar;
}
