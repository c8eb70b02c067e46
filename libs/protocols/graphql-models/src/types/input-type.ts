import { GraphQLEnumType, GraphQLInputObjectType, GraphQLList, GraphQLNonNull, type GraphQLInputType } from 'graphql';
import { enumNames, fieldNames, innerName, type TypeNames } from './model-names.js';
import type { EnumShape, ObjectShape, Shape } from './shape.js';

/** Gives what the model is given for what a caller gave. */
export type Convert = (value: unknown) => unknown;

export interface InputType {
  /** Takes null; whoever requires the value says so. */
  readonly type: GraphQLInputType;
  /** Undefined where the model is given what came. */
  readonly convert: Convert | undefined;
}

/** The types that inputs of a shape are given by. */
export function inputTypeOf(shape: Shape, { name, names }: { readonly name: string; readonly names: TypeNames }): InputType {
  const known = new Map<readonly unknown[], InputType>();

  function typeOf(inner: Shape, wanted: string): InputType {
    if (inner.kind === 'scalar') return { type: inner.scalar, convert: undefined };
    if (inner.kind === 'list') return listOf(typeOf(inner.item, wanted), inner.item.nullable);
    // Uses of one definition differ in what is said around it.
    const key = inner.kind === 'enum' ? inner.values : inner.properties;
    let type = known.get(key);
    if (!type) known.set(key, (type = inner.kind === 'enum' ? { type: enumTypeOf(inner, names.take(wanted)), convert: undefined } : objectOf(inner, wanted)));
    return type;
  }

  function objectOf(object: ObjectShape & { readonly description?: string | undefined }, wanted: string): InputType {
    const own = names.take(object.name === undefined ? wanted : innerName(name, object.name));
    const fields = fieldNames(object.properties);
    const members = object.properties.map((property, index) => {
      const { shape: inner, required } = property;
      const { type, convert } = typeOf(inner, innerName(own, property.name));
      return { field: fields[index]!, property: property.name, keepsNull: inner.nullable, convert, description: inner.description, type: required && !inner.nullable ? new GraphQLNonNull(type) : type };
    });
    const type = new GraphQLInputObjectType({
      name: own,
      description: object.description,
      fields: Object.fromEntries(members.map(({ field, type: inner, description }) => [field, { type: inner, description }])),
    });
    const convert: Convert = (value) => {
      const given = value as Record<string, unknown>;
      const taken: Record<string, unknown> = {};
      for (const member of members) {
        const part = given[member.field];
        // GraphQL clients say "not given" by null as well as by leaving out.
        if (part === undefined || (part === null && !member.keepsNull)) continue;
        taken[member.property] = part === null || !member.convert ? part : member.convert(part);
      }
      return taken;
    };
    return { type, convert };
  }

  return typeOf(shape, name);
}

function listOf({ type, convert }: InputType, nullable: boolean): InputType {
  const list = new GraphQLList(nullable ? type : new GraphQLNonNull(type));
  return { type: list, convert: convert && ((items) => (items as unknown[]).map((item) => (item === null ? null : convert(item)))) };
}

export function enumTypeOf({ values, description }: EnumShape & { readonly description?: string | undefined }, name: string): GraphQLEnumType {
  const called = enumNames(values);
  return new GraphQLEnumType({ name, description, values: Object.fromEntries(values.map((value, index) => [called[index]!, { value, ...(called[index] !== value && { description: value }) }])) });
}
