import { createClient, type Client } from 'graphql-ws';
import type { TypedDocumentString } from '../generated/documents';
import { organizationActedFor } from './ask';

const sockets = new Map<string | undefined, Client>();

/** One connection per organization acted for, made at the first need and again when it is lost. */
function socketFor(organization: string | undefined): Client {
  const known = sockets.get(organization);
  if (known) return known;
  const url = `${window.location.origin.replace(/^http/, 'ws')}/graphql`;
  const socket = createClient({
    url,
    lazy: true,
    lazyCloseTimeout: 5_000,
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: () => true,
    ...(organization !== undefined && { connectionParams: { organization } }),
  });
  sockets.set(organization, socket);
  return socket;
}

export interface Heard<Result> {
  readonly next: (data: Result) => void;
  /** The server ended it, or refused. A lost connection is no error: it is made again. */
  readonly end?: (error: unknown) => void;
  /** A connection was made, at first or after one that was lost: what is heard from here on is of a subscription that begins. */
  readonly connected?: () => void;
}

/** Begins a subscription; gives the function that ends it. */
export function subscribe<Result, Variables>(document: TypedDocumentString<Result, Variables>, variables: Variables, { next, end, connected }: Heard<Result>): () => void {
  const socket = socketFor(organizationActedFor());
  const unlisten = connected && socket.on('connected', connected);
  const over = (error?: unknown) => {
    unlisten?.();
    end?.(error);
  };
  return socket.subscribe<Result>(
    { query: document.toString(), variables: variables as Record<string, unknown> },
    {
      next: ({ data, errors }) => {
        if (errors?.length) end?.(errors[0]);
        else if (data) next(data);
      },
      error: over,
      complete: over,
    },
  );
}
