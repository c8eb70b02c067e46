import { getNamedType, isInputObjectType, type GraphQLInputType, type GraphQLSchema } from 'graphql';

/**
 * Refuses a schema in which an input type contains itself, directly or through others: what graphql-jit compiles for such a variable doubles with
 * each level, and one such query holds the process up for half a minute.
 * @throws TypeError naming the type: it is a mistake in our code, to be found at the start.
 */
export function refuseRecursiveInputs(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (isInputObjectType(type) && reaches(type, type, new Set())) throw new TypeError(`the input type ${type.name} contains itself; use the scalar JSON for trees`);
  }
}

function reaches(from: GraphQLInputType, wanted: GraphQLInputType, seen: Set<GraphQLInputType>): boolean {
  if (!isInputObjectType(from) || seen.has(from)) return false;
  seen.add(from);
  const inner = Object.values(from.getFields()).map((field) => getNamedType(field.type) as GraphQLInputType);
  return inner.some((type) => type === wanted || reaches(type, wanted, seen));
}
