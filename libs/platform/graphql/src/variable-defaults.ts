import {
  astFromValue,
  getNamedType,
  getNullableType,
  isInputObjectType,
  isListType,
  Kind,
  typeFromAST,
  valueFromASTUntyped,
  type DocumentNode,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLSchema,
} from 'graphql';

type Values = Readonly<Record<string, unknown>>;
/** Gives a value, as it came from the client, with what it left out and has a default. */
type Fill = (value: unknown) => unknown;

interface VariableFill {
  readonly name: string;
  /** Undefined without a default. */
  readonly initial: unknown;
  readonly fill: Fill | undefined;
}

const plans = new WeakMap<DocumentNode, readonly VariableFill[]>();

/**
 * The variables with all defaults written out, of the variables themselves and of fields of input objects; `undefined` where there are none to
 * write. Compiled queries (graphql-jit 0.8) know no default of what must not be null: they answer that it was not provided.
 */
export function fillVariables(schema: GraphQLSchema, document: DocumentNode, variables: Values | undefined): Values | undefined {
  let plan = plans.get(document);
  if (!plan) plans.set(document, (plan = planOf(schema, document)));
  if (plan.length === 0) return undefined;
  const filled: Record<string, unknown> = { ...variables };
  for (const variable of plan) fillField(filled, variable);
  return filled;
}

/** Nothing for a document whose variables need no filling, which is most of them. A document has one operation; see the limits. */
function planOf(schema: GraphQLSchema, document: DocumentNode): VariableFill[] {
  const definitions = document.definitions.flatMap((node) => (node.kind === Kind.OPERATION_DEFINITION ? (node.variableDefinitions ?? []) : []));
  const objects = new Map<GraphQLInputObjectType, Fill>();
  return definitions
    .map(({ variable, type, defaultValue }) => ({
      name: variable.name.value,
      initial: defaultValue && valueFromASTUntyped(defaultValue),
      fill: fillOf(typeFromAST(schema, type) as GraphQLInputType, objects),
    }))
    .filter(({ initial, fill }) => initial !== undefined || fill !== undefined);
}

function fillOf(type: GraphQLInputType, objects: Map<GraphQLInputObjectType, Fill>): Fill | undefined {
  const nullable = getNullableType(type);
  if (!hasDefaults(nullable)) return undefined;
  if (isInputObjectType(nullable)) return objects.get(nullable) ?? fillOfObject(nullable, objects);
  const item = isListType(nullable) ? fillOf(nullable.ofType, objects) : undefined;
  return item && ((value) => (Array.isArray(value) ? value.map(item) : item(value)));
}

function fillOfObject(type: GraphQLInputObjectType, objects: Map<GraphQLInputObjectType, Fill>): Fill {
  const fields: VariableFill[] = [];
  const fill: Fill = (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    const filled: Record<string, unknown> = { ...value };
    for (const field of fields) fillField(filled, field);
    return filled;
  };
  // Known before its fields are looked at, for one of them may be of this same type.
  objects.set(type, fill);
  for (const { name, type: fieldType, defaultValue } of Object.values(type.getFields())) {
    const node = defaultValue === undefined ? undefined : astFromValue(defaultValue, fieldType);
    fields.push({ name, initial: node ? valueFromASTUntyped(node) : undefined, fill: fillOf(fieldType, objects) });
  }
  return fill;
}

function fillField(values: Record<string, unknown>, { name, initial, fill }: VariableFill): void {
  if (values[name] === undefined && initial !== undefined) values[name] = initial;
  if (fill && values[name] !== undefined) values[name] = fill(values[name]);
}

/** Whether a field of the type, or of a type within it, has a default. */
function hasDefaults(type: GraphQLInputType, seen = new Set<unknown>()): boolean {
  const named = getNamedType(type);
  if (!isInputObjectType(named) || seen.has(named)) return false;
  seen.add(named);
  return Object.values(named.getFields()).some((field) => field.defaultValue !== undefined || hasDefaults(field.type, seen));
}
