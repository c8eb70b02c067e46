import {
  getNamedType,
  getNullableType,
  isIntrospectionType,
  isListType,
  isObjectType,
  isInterfaceType,
  Kind,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';
import { PAGE_SIZE_MAX } from '../connection.js';
import { graphqlErrors } from '../errors.js';

/** How many entries a list is taken for whose length nobody asks for: versions of a model, members of an organization. */
const LIST_LENGTH = 5;

type Variables = Readonly<Record<string, unknown>>;
type Cost = (variables: Variables) => number;

interface Measured {
  readonly operation: OperationDefinitionNode;
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>;
}

const known = new WeakMap<OperationDefinitionNode, Cost>();

/**
 * What an operation may bring forth at most, by lengths of lists, in fields:
 *
 *     cost(field) = 1 + entries × Σ cost(field selected within)
 *
 * `entries` is the argument `first` where the field has one, as the document, the variable or the schema's default says; {@link LIST_LENGTH} where it
 * gives a list whose length is nobody's to choose; else 1. The page's `nodes` are entries that `first` has counted already. Introspection is
 * measured by its depth and fields alone.
 * @throws AppError `GRAPHQL.TOO_COSTLY`
 */
export function checkCost(schema: GraphQLSchema, measured: Measured, { variables, limit }: { variables: Variables; limit: number }): void {
  const cost = costOf(schema, measured)(variables);
  if (cost > limit) throw graphqlErrors.TOO_COSTLY({ cost, limit });
}

/** Like {@link checkCost}, of the one operation of a document. */
export function checkDocumentCost(schema: GraphQLSchema, { definitions }: DocumentNode, asked: { variables: Variables; limit: number }): void {
  const operation = definitions.find((node) => node.kind === Kind.OPERATION_DEFINITION);
  if (!operation) return;
  const fragments = () => Object.fromEntries(definitions.flatMap((node) => (node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node]] : [])));
  checkCost(schema, known.has(operation) ? { operation, fragments: {} } : { operation, fragments: fragments() }, asked);
}

/** The operation's formula. It is made once; to work it out takes as many steps as it has fields, fragments unfolded, and those are limited. */
function costOf(schema: GraphQLSchema, measured: Measured): Cost {
  let cost = known.get(measured.operation);
  if (!cost) known.set(measured.operation, (cost = formulaOf(schema, measured)));
  return cost;
}

function formulaOf(schema: GraphQLSchema, { operation, fragments }: Measured): Cost {
  const made = new Map<string, Cost>();

  /** @param counted that the entries of lists within were counted by `first` already */
  function ofSelections({ selections }: SelectionSetNode, type: GraphQLNamedType | undefined, counted = false): Cost {
    const parts = selections.map((selection): Cost => {
      if (selection.kind === Kind.FIELD) return ofField(selection, type, counted);
      if (selection.kind === Kind.FRAGMENT_SPREAD) return ofFragment(selection.name.value, counted);
      const { typeCondition } = selection;
      return ofSelections(selection.selectionSet, typeCondition ? schema.getType(typeCondition.name.value) : type, counted);
    });
    return (variables) => parts.reduce((sum, part) => sum + part(variables), 0);
  }

  function ofFragment(name: string, counted: boolean): Cost {
    const key = `${name} ${counted}`;
    const fragment = fragments[name];
    let cost = made.get(key);
    if (!cost && fragment) made.set(key, (cost = ofSelections(fragment.selectionSet, schema.getType(fragment.typeCondition.name.value), counted)));
    return cost ?? (() => 0);
  }

  function ofField(node: FieldNode, parent: GraphQLNamedType | undefined, counted: boolean): Cost {
    const field = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[node.name.value] : undefined;
    if (!node.selectionSet || !field) return node.selectionSet ? ofSelections(node.selectionSet, undefined) : () => 1;
    const type = getNamedType(field.type);
    const first = field.args.find(({ name }) => name === 'first');
    const inner = ofSelections(node.selectionSet, type, first !== undefined && !isListType(getNullableType(field.type)));
    if (first) {
      const entries = entriesOf(node.arguments?.find(({ name }) => name.value === 'first')?.value, first.defaultValue);
      return (variables) => 1 + entries(variables) * inner(variables);
    }
    const entries = isListType(getNullableType(field.type)) && !counted && !isIntrospectionType(type) ? LIST_LENGTH : 1;
    return (variables) => 1 + entries * inner(variables);
  }

  return ofSelections(operation.selectionSet, schema.getRootType(operation.operation) ?? undefined);
}

/** What is no number of entries is refused where it is used; here it counts as the longest page. */
function entriesOf(value: ValueNode | undefined, byDefault: unknown): Cost {
  const clamped = (given: unknown) => (typeof given === 'number' && given >= 1 ? given : PAGE_SIZE_MAX);
  if (value?.kind === Kind.VARIABLE) {
    const name = value.name.value;
    return (variables) => clamped(variables[name] ?? byDefault);
  }
  const fixed = clamped(value?.kind === Kind.INT ? Number(value.value) : byDefault);
  return () => fixed;
}
