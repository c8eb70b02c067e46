import { GraphQLError, Kind, OperationTypeNode, type FragmentDefinitionNode, type SelectionSetNode, type ValidationRule } from 'graphql';

/** Fields of introspection that list things. The standard query has nine. */
const LISTS = new Set(['types', 'fields', 'inputFields', 'args', 'enumValues', 'possibleTypes', 'interfaces', 'directives', '__type']);
const LISTS_MAX = 12;

/**
 * Refuses a document that walks over the schema again and again, by aliases or fragments: with a type for everything that hundreds of models take and
 * give, each walk holds the process up.
 */
export const introspectOnceRule: ValidationRule = (context) => {
  const counted = new Map<FragmentDefinitionNode, number>();

  function count(set: SelectionSetNode | undefined): number {
    let lists = 0;
    for (const selection of set?.selections ?? []) {
      if (selection.kind === Kind.FIELD) lists += (LISTS.has(selection.name.value) ? 1 : 0) + count(selection.selectionSet);
      else lists += selection.kind === Kind.INLINE_FRAGMENT ? count(selection.selectionSet) : countFragment(context.getFragment(selection.name.value));
    }
    return lists;
  }

  /** Counted once, so that a fold of much work is measured in little time; 0 while it is counted, for one that contains itself. */
  function countFragment(fragment: FragmentDefinitionNode | undefined | null): number {
    if (!fragment) return 0;
    const known = counted.get(fragment);
    if (known !== undefined) return known;
    counted.set(fragment, 0);
    const lists = count(fragment.selectionSet);
    counted.set(fragment, lists);
    return lists;
  }

  return {
    OperationDefinition(node) {
      // The fields of a model may have any name.
      if (node.operation !== OperationTypeNode.QUERY || count(node.selectionSet) <= LISTS_MAX) return;
      context.reportError(new GraphQLError(`The operation lists parts of the schema more than ${LISTS_MAX} times; the standard introspection query fits`, { extensions: { code: 'GRAPHQL.TOO_MANY_FIELDS' } }));
    },
  };
};
