import { createClient, type Client } from '@steelyard/client';
import type { TypedDocumentString } from '../generated/documents';

let actingFor: string | undefined;

/** Names the organization that everything sent from now on is for. */
export function actFor(handle: string | undefined): void {
  actingFor = handle;
}

export function organizationActedFor(): string | undefined {
  return actingFor;
}

/** Headers that a request of the portal carries besides the session's cookie. */
export function portalHeaders(): Record<string, string> {
  return actingFor === undefined ? {} : { 'steelyard-organization': actingFor };
}

/** The SDK's client, with the session of this browser in place of a key. */
export const client = clientWith(portalHeaders);

const clientOfPerson = clientWith(() => ({}));

function clientWith(more: () => Record<string, string>): Client {
  return createClient({
    baseUrl: window.location.origin,
    fetch: (url, init) => {
      const headers = new Headers(init.headers);
      for (const [name, value] of Object.entries(more())) headers.set(name, value);
      return fetch(url, { ...init, headers, credentials: 'same-origin' });
    },
  });
}

/**
 * Sends an operation and gives its data.
 * @throws SteelyardError
 */
export function ask<Result, Variables>(document: TypedDocumentString<Result, Variables>, ...[variables, signal]: AskArguments<Variables>): Promise<Result> {
  return client.graphql<Result>(document.toString(), variables ?? {}, { signal, documentId: idOf(document) });
}

/**
 * Sends a query for the person alone. Who they are is told even when the organization that they acted for is no longer theirs.
 * @throws SteelyardError
 */
export function askAsPerson<Result>(document: TypedDocumentString<Result, Record<string, never>>, signal?: AbortSignal): Promise<Result> {
  return clientOfPerson.graphql<Result>(document.toString(), {}, { signal, documentId: idOf(document) });
}

/** What the server knows the document by, from the build that made both. */
export function idOf({ __meta__ }: TypedDocumentString<unknown, never>): string | undefined {
  return __meta__?.['id'] as string | undefined;
}

type AskArguments<Variables> = Variables extends Record<string, never> ? [variables?: undefined, signal?: AbortSignal] : [variables: Variables, signal?: AbortSignal];
