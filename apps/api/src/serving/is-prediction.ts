import { Kind, OperationTypeNode, parse, type DefinitionNode } from 'graphql';

/** As many documents as programs send again and again; longer ones are not looked at. */
const KNOWN_MAX = 500;
const LENGTH_MAX = 2_000;

const known = new Map<string, boolean>();

/** Whether the body of a request is a GraphQL document that predicts and does nothing else, whatever else it may be. */
export function isPrediction(body: unknown): boolean {
  const query = (body as { readonly query?: unknown } | null | undefined)?.query;
  if (typeof query !== 'string' || query.length > LENGTH_MAX || !query.includes('predict')) return false;
  const before = known.get(query);
  if (before !== undefined) return before;
  // Somebody sends ever others: to begin anew costs less than to keep an order.
  if (known.size >= KNOWN_MAX) known.clear();
  const answer = predictsOnly(query);
  known.set(query, answer);
  return answer;
}

/** One mutation, each of whose fields is `predict` by its own name; no fragments, which could hold others. */
function predictsOnly(query: string): boolean {
  try {
    const { definitions } = parse(query, { noLocation: true });
    return definitions.length === 1 && isPredicting(definitions[0]!);
  } catch {
    return false;
  }
}

function isPredicting(definition: DefinitionNode): boolean {
  if (definition.kind !== Kind.OPERATION_DEFINITION || definition.operation !== OperationTypeNode.MUTATION) return false;
  return definition.selectionSet.selections.every((selection) => selection.kind === Kind.FIELD && selection.name.value === 'predict');
}
