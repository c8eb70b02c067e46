import { GraphQLList, GraphQLNonNull, GraphQLObjectType, type GraphQLOutputType } from 'graphql';
import { enumTypeOf } from './input-type.js';
import { fieldNames, innerName, type TypeNames } from './model-names.js';
import type { ObjectShape, Shape } from './shape.js';

/** The type that answers of a shape are asked by; may be null. */
export function outputTypeOf(shape: Shape, { name, names }: { readonly name: string; readonly names: TypeNames }): GraphQLOutputType {
  const known = new Map<readonly unknown[], GraphQLOutputType>();

  function typeOf(inner: Shape, wanted: string): GraphQLOutputType {
    if (inner.kind === 'scalar') return inner.scalar;
    if (inner.kind === 'list') return new GraphQLList(certain(typeOf(inner.item, wanted), !inner.item.nullable));
    // Uses of one definition differ in what is said around it.
    const key = inner.kind === 'enum' ? inner.values : inner.properties;
    let type = known.get(key);
    if (!type) known.set(key, (type = inner.kind === 'enum' ? enumTypeOf(inner, names.take(wanted)) : objectOf(inner, wanted)));
    return type;
  }

  function objectOf(object: ObjectShape & { readonly description?: string | undefined }, wanted: string): GraphQLObjectType {
    const own = names.take(object.name === undefined ? wanted : innerName(name, object.name));
    const fields = fieldNames(object.properties);
    const members = object.properties.map(({ name: property, required, shape: inner }, index) => {
      const type = certain(typeOf(inner, innerName(own, property)), required && !inner.nullable);
      return [fields[index]!, { type, description: inner.description, resolve: reader(property) }] as const;
    });
    return new GraphQLObjectType({ name: own, description: object.description, fields: Object.fromEntries(members) });
  }

  return typeOf(shape, name);
}

function certain(type: GraphQLOutputType, isCertain: boolean): GraphQLOutputType {
  return isCertain ? new GraphQLNonNull(type as never) : type;
}

/** A property of the answer's own: an answer is a stranger's, and every object has a `constructor`. */
function reader(property: string) {
  return (source: object): unknown => (Object.hasOwn(source, property) ? (source as Record<string, unknown>)[property] : undefined);
}
