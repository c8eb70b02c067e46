import { type Connection, connectionError, sendRequest } from './connection.js';
import { createError } from './create-error.js';
import { SteelyardError } from './errors.js';
import { readGraphqlError, readHttpError } from './read-error.js';

export interface GraphqlOptions {
  readonly signal?: AbortSignal | undefined;
  /** The document's sha256 in hexadecimal, where the server may know it: it is sent in the document's place, and the document only if it does not. */
  readonly documentId?: string | undefined;
}

export interface GraphqlRequest extends GraphqlOptions {
  readonly document: string;
  readonly variables?: Readonly<Record<string, unknown>> | undefined;
}

/**
 * Sends one GraphQL operation and gives its `data`.
 * @throws SteelyardError of the first of the answer's errors
 */
export async function sendGraphql<T>(connection: Connection, { document, documentId, variables = {}, signal }: GraphqlRequest): Promise<T> {
  if (documentId === undefined) return send(connection, { query: document, variables }, signal);
  try {
    return await send<T>(connection, { extensions: { persistedQuery: { version: 1, sha256Hash: documentId } }, variables }, signal);
  } catch (error) {
    if (!(error instanceof SteelyardError) || error.code !== 'GRAPHQL.OPERATION_UNKNOWN') throw error;
    return send(connection, { query: document, variables }, signal);
  }
}

async function send<T>(connection: Connection, body: object, signal: AbortSignal | undefined): Promise<T> {
  let response: Response;
  let text: string;
  try {
    response = await sendRequest(connection, '/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json, application/json' },
      body: JSON.stringify(body),
      ...(signal && { signal }),
    });
    text = await response.text();
  } catch (cause) {
    if (signal?.aborted) throw createError({ kind: 'cancelled', code: 'CLIENT.CANCELLED', message: 'the request was cancelled by its caller', cause });
    throw connectionError(cause, connection.baseUrl);
  }
  const answer = parse(text);
  if (!answer) throw response.ok ? unreadable(connection, response) : readHttpError(response, text);
  if (answer.errors?.length) throw readGraphqlError(answer.errors[0], response);
  if (answer.data === undefined || answer.data === null) throw response.ok ? unreadable(connection, response) : readHttpError(response, text);
  return answer.data as T;
}

interface GraphqlAnswer {
  readonly data?: unknown;
  readonly errors?: readonly unknown[];
}

function parse(text: string): GraphqlAnswer | undefined {
  try {
    const answer: unknown = JSON.parse(text);
    return typeof answer === 'object' && answer !== null ? answer : undefined;
  } catch {
    return undefined;
  }
}

function unreadable(connection: Connection, response: Response) {
  return createError({
    kind: 'internal',
    code: 'CLIENT.ANSWER_UNREADABLE',
    message: `${connection.baseUrl}/graphql answered ${response.status} with something that is no GraphQL answer`,
    fix: 'check that the base URL is that of a Steelyard server',
    status: response.status,
    requestId: response.headers.get('x-request-id') ?? undefined,
  });
}
