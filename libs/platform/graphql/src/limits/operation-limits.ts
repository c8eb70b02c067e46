import { GraphQLError, Kind, type ASTVisitor, type FragmentDefinitionNode, type SelectionSetNode, type ValidationContext, type ValidationRule } from 'graphql';

/** What one document may ask for. The standard introspection query fits, with room. */
export interface OperationLimits {
  /** Length of the text. A string inside counts, so media must be sent as variables. */
  readonly documentChars: number;
  readonly tokens: number;
  /** Levels of selection, fragments unfolded. */
  readonly depth: number;
  /** Fields selected, fragments unfolded: what is to be compiled and, for single objects, to be run. */
  readonly fields: number;
  readonly aliases: number;
  readonly directives: number;
  /** Fields that may be brought forth, lists by their lengths; see `checkCost`. */
  readonly cost: number;
}

export const DEFAULT_LIMITS: OperationLimits = { documentChars: 32_768, tokens: 2_000, depth: 16, fields: 1_000, aliases: 30, directives: 50, cost: 10_000 };

/** Validation rules for the limits; a document is checked once, when it is first seen. */
export function limitRules(limits: OperationLimits): ValidationRule[] {
  return [sizeRule(limits), countRule(limits), oneOperationRule];
}

interface Size {
  readonly depth: number;
  readonly fields: number;
}

const NOTHING: Size = { depth: 0, fields: 0 };

/** Depth and number of fields. Fragments are measured once each, so a document that folds up much work is measured in little time. */
function sizeRule(limits: OperationLimits): ValidationRule {
  return (context) => {
    const measured = new Map<string, Size>();

    function measure(set: SelectionSetNode): Size {
      let depth = 0;
      let fields = 0;
      for (const selection of set.selections) {
        const inner = sizeOf(selection.kind === Kind.FRAGMENT_SPREAD ? fragment(selection.name.value) : selection.selectionSet);
        const own = selection.kind === Kind.FIELD ? 1 : 0;
        depth = Math.max(depth, inner.depth + own);
        fields += inner.fields + own;
      }
      return { depth, fields };
    }

    function sizeOf(part: SelectionSetNode | FragmentDefinitionNode | undefined): Size {
      if (part === undefined) return NOTHING;
      if (part.kind === Kind.SELECTION_SET) return measure(part);
      const name = part.name.value;
      const known = measured.get(name);
      if (known) return known;
      // Stands for the fragment while it is measured: one that contains itself, which another rule reports, must not loop here.
      measured.set(name, NOTHING);
      const size = measure(part.selectionSet);
      measured.set(name, size);
      return size;
    }

    const fragment = (name: string) => context.getFragment(name) ?? undefined;

    return {
      OperationDefinition(node) {
        const { depth, fields } = measure(node.selectionSet);
        if (depth > limits.depth) report(context, 'TOO_DEEP', `The operation is ${depth} levels deep; at most ${limits.depth} are allowed`);
        if (fields > limits.fields) report(context, 'TOO_MANY_FIELDS', `The operation selects ${fields} fields; at most ${limits.fields} are allowed`);
      },
    };
  };
}

function countRule(limits: OperationLimits): ValidationRule {
  return (context): ASTVisitor => {
    let aliases = 0;
    let directives = 0;
    return {
      Field(node) {
        if (node.alias && ++aliases === limits.aliases + 1) report(context, 'TOO_MANY_ALIASES', `At most ${limits.aliases} aliases are allowed in a document`);
      },
      Directive() {
        if (++directives === limits.directives + 1) report(context, 'TOO_MANY_DIRECTIVES', `At most ${limits.directives} directives are allowed in a document`);
      },
    };
  };
}

/**
 * Compiled queries are kept by document without the operation's name: a second operation in the document would be answered by running the first.
 */
function oneOperationRule(context: ValidationContext): ASTVisitor {
  return {
    Document(node) {
      const operations = node.definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);
      if (operations.length > 1) report(context, 'ONE_OPERATION', 'A document must hold one operation; send the others by themselves');
    },
  };
}

function report(context: ValidationContext, code: string, message: string): void {
  context.reportError(new GraphQLError(message, { extensions: { code: `GRAPHQL.${code}` } }));
}
