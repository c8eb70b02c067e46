import { GraphQLObjectType, GraphQLSchema } from 'graphql';
import type { ModelTypes } from '../types/model-types.js';
import { modelsField, sharedTypes } from '../types/shared-types.js';

/** What the field `models` answers with. */
export interface ListedField {
  readonly field: string;
  readonly ref: string;
}

/** A schema of these models. Their types are taken as they are, so it costs what it takes to list them. */
export function assembleSchema(models: readonly ModelTypes[]): GraphQLSchema {
  const fields = Object.fromEntries(models.map(({ field, config }) => [field, config]));
  return new GraphQLSchema({
    query: new GraphQLObjectType({ name: 'Query', fields: { models: { ...modelsField, resolve: () => models.map(toListed) } } }),
    mutation: models.length === 0 ? undefined : new GraphQLObjectType({ name: 'Mutation', fields }),
    types: sharedTypes,
    // Made from checked manifests by code that is tested with many: to check it anew would take longer than to make it.
    assumeValid: true,
  });
}

function toListed({ field, version }: ModelTypes): ListedField {
  return { field, ref: version.label };
}
