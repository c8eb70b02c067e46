import { createClient } from '@steelyard/client';
import { createClient as createSocket } from 'graphql-ws';
import type { TypedDocumentString } from '../generated/documents';
import { idOf } from './ask';
import type { Heard } from './subscribe';

/** What only the operator of the installation may ask: with their key in place of a person's session. */
export interface Operator {
  ask<Result, Variables>(document: TypedDocumentString<Result, Variables>, variables: Variables): Promise<Result>;
  /** Gives the function that ends it. */
  subscribe<Result, Variables>(document: TypedDocumentString<Result, Variables>, variables: Variables, heard: Omit<Heard<Result>, 'connected'>): () => void;
}

const RETRIES = 20;

export function operatorWith(apiKey: string): Operator {
  const client = createClient({ baseUrl: window.location.origin, apiKey, fetch: (url, init) => fetch(url, { ...init, credentials: 'omit' }) });
  const url = `${window.location.origin.replace(/^http/, 'ws')}/graphql`;
  const socket = createSocket({ url, lazy: true, retryAttempts: RETRIES, connectionParams: { authorization: `Bearer ${apiKey}` } });
  return {
    ask: (document, variables) => client.graphql(document.toString(), variables as Record<string, unknown>, { documentId: idOf(document) }),
    subscribe: (document, variables, { next, end }) =>
      socket.subscribe(
        { query: document.toString(), variables: variables as Record<string, unknown> },
        {
          next: ({ data, errors }) => {
            if (errors?.length) end?.(errors[0]);
            else if (data) next(data as never);
          },
          error: (error) => end?.(error),
          complete: () => end?.(undefined),
        },
      ),
  };
}
