import { parse } from 'graphql';
import { graphqlErrors } from './errors.js';
import type { OperationLimits } from './limits/operation-limits.js';

/** A key and an organization's handle fit, with room for a long token. */
const INIT_BYTES_MAX = 8_192;
const INIT_ENTRIES_MAX = 64;
/** How `graphql-transport-ws` closes on a message that it does not know, and on a second `connection_init`. */
const INVALID_MESSAGE = 4400;
const INIT_REPEATED = 4429;
const NO_JSON = Buffer.alloc(0);

export interface MessageSocket {
  readonly readyState: number;
  readonly OPEN: number;
  emit(event: string | symbol, ...args: unknown[]): boolean;
  send(text: string): void;
  close(code: number, reason: string): void;
}

export interface MessageBounds {
  readonly limits: OperationLimits;
  /** What is sent to the client of a document that is refused. */
  readonly present: (error: unknown) => readonly object[];
}

/**
 * Holds back what Mercurius must not see. It parses a document before any of our hooks runs, without a limit, and goes through all entries of
 * `connection_init` at each subscription; all this before it is known who sends them. There is no hook of its own as early as that.
 */
export function boundMessages(socket: MessageSocket, bounds: MessageBounds): void {
  const emit = socket.emit.bind(socket);
  let isBegun = false;

  /** Whether Mercurius may have the message; one that it may not has been answered. */
  function passes({ type, id, payload }: Record<string, unknown>, bytes: number): boolean {
    if (type === 'connection_init') {
      // Each one would start another timer, of which Mercurius stops the last.
      const refusal = isBegun ? INIT_REPEATED : bytes > INIT_BYTES_MAX || !isInitPayload(payload) ? INVALID_MESSAGE : undefined;
      isBegun = true;
      if (refusal !== undefined) socket.close(refusal, refusal === INIT_REPEATED ? 'connection_init came twice' : 'connection_init must carry a small object');
      return refusal === undefined;
    }
    const { query } = asRecord(payload);
    if (typeof query !== 'string') return true;
    try {
      checkDocument(query, bounds.limits);
      return true;
    } catch (error) {
      socket.send(JSON.stringify({ type: 'error', id, payload: bounds.present(error) }));
      return false;
    }
  }

  socket.emit = (event, ...args) => {
    if (event !== 'message') return emit(event, ...args);
    // What still comes in after a refusal costs nothing more.
    if (socket.readyState !== socket.OPEN) return true;
    const data = args[0] as Buffer;
    const message = read(data);
    // What is no JSON here must not be any there, where a byte order mark is skipped.
    if (message === undefined) return emit(event, NO_JSON, false);
    return passes(asRecord(message), data.length) ? emit(event, ...args) : true;
  };
}

function read(data: Buffer): unknown {
  try {
    return JSON.parse(data.toString()) as unknown;
  } catch {
    return undefined;
  }
}

function isInitPayload(payload: unknown): boolean {
  return isSmallRecord(payload) && isSmallRecord(asRecord(payload)['headers']);
}

function isSmallRecord(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  return typeof value === 'object' && !Array.isArray(value) && Object.keys(value).length <= INIT_ENTRIES_MAX;
}

/** As by HTTP: first the length, then no more than so many tokens. */
function checkDocument(query: string, { documentChars, tokens }: OperationLimits): void {
  if (query.length > documentChars) throw graphqlErrors.DOCUMENT_TOO_LARGE({ limitChars: documentChars });
  parse(query, { maxTokens: tokens, noLocation: true });
}

export function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
