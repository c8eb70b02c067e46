import { Kind, OperationTypeNode, parse, type DocumentNode, type FieldNode, type SelectionSetNode } from 'graphql';
import { graphqlErrors, type OperationLimits } from '@steelyard/platform-graphql';
import { modelsErrors } from '../errors.js';

/** A document that was read: what it asks for, before any schema is looked at. */
export interface ReadDocument {
  readonly document: DocumentNode;
  readonly isMutation: boolean;
  /** The fields of the mutation itself, by name; the names of a query's otherwise. */
  readonly fields: ReadonlyMap<string, FieldNode>;
}

/** Calls of one operation run one after the other, each as long as its model takes. */
const CALLS_MAX = 32;

/** @throws GraphQLError of its syntax; GRAPHQL.DOCUMENT_TOO_LARGE, GRAPHQL_MODELS.SUBSCRIPTION_REFUSED, GRAPHQL_MODELS.TOO_MANY_CALLS */
export function readDocument(source: string, { documentChars, tokens }: OperationLimits): ReadDocument {
  if (source.length > documentChars) throw graphqlErrors.DOCUMENT_TOO_LARGE({ limitChars: documentChars });
  const document = parse(source, { maxTokens: tokens });
  const operation = document.definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  if (operation?.operation === OperationTypeNode.SUBSCRIPTION) throw modelsErrors.SUBSCRIPTION_REFUSED({});
  const fields = new Map<string, FieldNode>();
  const count = operation ? collect(operation.selectionSet, document, fields) : 0;
  const isMutation = operation?.operation === OperationTypeNode.MUTATION;
  if (isMutation && count > CALLS_MAX) throw modelsErrors.TOO_MANY_CALLS({ count, countMax: CALLS_MAX });
  return { document, isMutation, fields };
}

/** The fields that an operation selects, those of its fragments included. Gives how often fields are selected. */
function collect(root: SelectionSetNode, document: DocumentNode, fields: Map<string, FieldNode>): number {
  const fragments = new Map(document.definitions.flatMap((node) => (node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node] as const] : [])));
  const spread = new Set<string>();
  const count = (set: SelectionSetNode): number =>
    set.selections.reduce((sum, selection) => {
      if (selection.kind === Kind.INLINE_FRAGMENT) return sum + count(selection.selectionSet);
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        const fragment = fragments.get(selection.name.value);
        if (!fragment || spread.has(fragment.name.value)) return sum;
        spread.add(fragment.name.value);
        return sum + count(fragment.selectionSet);
      }
      fields.set(selection.name.value, selection);
      return sum + 1;
    }, 0);
  return count(root);
}
