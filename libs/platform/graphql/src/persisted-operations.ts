import { hash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { graphqlErrors } from './errors.js';

/** Operations that the server knows beforehand: those of its own portal. */
export interface PersistedOperations {
  /** Documents by their ids, which are their sha256 in hexadecimal. */
  readonly documents: ReadonlyMap<string, string>;
  /** Whether others may be asked by callers who show no key: browsers, with a session or without. */
  readonly only: boolean;
}

interface PersistedBody {
  readonly query?: unknown;
  readonly extensions?: { readonly persistedQuery?: { readonly sha256Hash?: unknown } | null } | null;
}

/** An id in place of a document, as Apollo's clients send it: `{extensions: {persistedQuery: {version: 1, sha256Hash}}}`. */
export function persistedQueryProvider({ documents }: PersistedOperations) {
  const idIn = ({ query, extensions }: PersistedBody): unknown => (query === undefined ? extensions?.persistedQuery?.sha256Hash : undefined);
  return {
    isPersistedQuery: (body: object) => typeof idIn(body) === 'string',
    // What is not known beforehand is never kept.
    isPersistedQueryRetry: () => false,
    getHash: (body: object) => idIn(body) as string,
    getQueryFromHash: async (id: string): Promise<string> => {
      const document = documents.get(id);
      if (document === undefined) throw graphqlErrors.OPERATION_UNKNOWN({});
      return document;
    },
  };
}

export interface ShownOperation {
  readonly headers: IncomingHttpHeaders;
  readonly document: unknown;
}

/**
 * Holds what browsers ask to the known operations: what a page that is not ours, or a script in ours, could make of a session is then what the
 * portal itself does. Whoever shows a key or a terminal's token is a program, and asks what it likes.
 * @throws AppError `GRAPHQL.OPERATION_REFUSED`, before the document is parsed
 */
export function checkKnown({ documents, only }: PersistedOperations, { headers, document }: ShownOperation): void {
  if (!only || headers.authorization !== undefined || typeof document !== 'string') return;
  if (!documents.has(hash('sha256', document))) throw graphqlErrors.OPERATION_REFUSED({});
}
