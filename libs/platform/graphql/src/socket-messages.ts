import { parse } from 'graphql';
import { graphqlErrors } from './errors.js';
import type { OperationLimits } from './limits/operation-limits.js';
import { createOpenSubscriptions, INVALID_MESSAGE, type MessageSocket } from './open-subscriptions.js';

/** Until it is known who sends, which a key and an organization's handle suffice for, with room for a long token. */
const STRANGER_BYTES_MAX = 8_192;
const INIT_ENTRIES_MAX = 64;
/** How `graphql-transport-ws` closes on a second `connection_init`. */
const INIT_REPEATED = 4429;
const NO_JSON = Buffer.alloc(0);

export interface MessageBounds {
  readonly limits: OperationLimits;
  /** What is sent to the client of a document or a subscription that is refused. */
  readonly present: (error: unknown) => readonly object[];
  /** Told what a `connection_init` that is let through carries. */
  readonly begun: (payload: unknown) => void;
  /** Whether what came with the handshake or with `connection_init` says who sends. */
  readonly isKnown: () => boolean;
}

/**
 * Holds back what Mercurius must not see. It parses a document before any of our hooks runs, without a limit, goes through all entries of
 * `connection_init` at each subscription, and forgets no subscription that it refused; all this before it is known who sends them. There is no hook
 * of its own as early as that.
 */
export function boundMessages(socket: MessageSocket, { limits, present, begun, isKnown }: MessageBounds): void {
  const emit = socket.emit.bind(socket);
  const subscriptions = createOpenSubscriptions(socket);
  let isBegun = false;

  function refuse(id: unknown, error: unknown): false {
    socket.send(JSON.stringify({ type: 'error', id, payload: present(error) }));
    return false;
  }

  function beginsWell(payload: unknown): boolean {
    // Each one would start another timer, of which Mercurius stops the last.
    if (isBegun) socket.close(INIT_REPEATED, 'connection_init came twice');
    else if (!isInitPayload(payload)) socket.close(INVALID_MESSAGE, 'connection_init must carry a small object');
    else begun(payload);
    isBegun = true;
    return socket.readyState === socket.OPEN;
  }

  /** Whether Mercurius may have the message; one that it may not has been answered. */
  function passes({ type, id, payload }: Record<string, unknown>): boolean {
    if (type === 'connection_init') return beginsWell(payload);
    const { query } = asRecord(payload);
    try {
      if (!subscriptions.heard(type, id)) return false;
      if (typeof query === 'string') checkDocument(query, limits);
      return true;
    } catch (error) {
      return refuse(id, error);
    }
  }

  socket.emit = (event, ...args) => {
    if (event !== 'message') return emit(event, ...args);
    // What still comes in after a refusal costs nothing more.
    if (socket.readyState !== socket.OPEN) return true;
    const data = args[0] as Buffer;
    if (data.length > STRANGER_BYTES_MAX && !isKnown()) {
      socket.close(INVALID_MESSAGE, `a message may have ${STRANGER_BYTES_MAX} bytes until a good key or session is shown`);
      return true;
    }
    const message = read(data);
    // What is no JSON here must not be any there, where a byte order mark is skipped.
    if (message === undefined) return emit(event, NO_JSON, false);
    return passes(asRecord(message)) ? emit(event, ...args) : true;
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
