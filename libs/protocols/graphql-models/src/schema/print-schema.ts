import { GraphQLObjectType, printType, type GraphQLNamedType } from 'graphql';
import type { ModelTypes } from '../types/model-types.js';
import { sharedTypes } from '../types/shared-types.js';
import { assembleSchema } from './assemble-schema.js';

interface ModelText {
  readonly field: string;
  readonly types: string;
}

const texts = new WeakMap<ModelTypes, ModelText>();
const SHARED = new Set(['Query', 'Mutation', ...sharedTypes.map(({ name }) => name)]);

/** The schema of these models as SDL. What belongs to a model is printed once, so a new version costs its own text alone. */
export function printModels(models: readonly ModelTypes[]): string {
  const own = models.map(textOf);
  const mutation = own.length === 0 ? [] : [`type Mutation {\n${own.map(({ field }) => field).join('\n\n')}\n}`];
  return `${[...sharedTexts(), ...mutation, ...own.map(({ types }) => types)].join('\n\n')}\n`;
}

function textOf(model: ModelTypes): ModelText {
  let text = texts.get(model);
  if (!text) texts.set(model, (text = print(model)));
  return text;
}

function print(model: ModelTypes): ModelText {
  const schema = assembleSchema([model]);
  const own = Object.values(schema.getTypeMap()).filter(({ name }) => !SHARED.has(name) && !isBuiltIn(name));
  const field = printType(new GraphQLObjectType({ name: 'M', fields: { [model.field]: model.config as never } }));
  return { field: field.slice(field.indexOf('\n') + 1, field.lastIndexOf('\n')), types: printAll(own) };
}

let shared: readonly string[] | undefined;

function sharedTexts(): readonly string[] {
  return (shared ??= [printType(assembleSchema([]).getQueryType()!), printAll(sharedTypes)]);
}

function printAll(types: readonly GraphQLNamedType[]): string {
  return [...types].sort((a, b) => (a.name < b.name ? -1 : 1)).map(printType).join('\n\n');
}

function isBuiltIn(name: string): boolean {
  return name.startsWith('__') || ['String', 'Boolean', 'Int', 'Float', 'ID'].includes(name);
}
