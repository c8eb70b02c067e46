import { graphqlErrors } from './errors.js';

/** Most subscriptions that one connection may have at a time. */
export const SUBSCRIPTIONS_MAX = 50;
/** How `graphql-transport-ws` closes on a message that it does not know, and on a subscription with the id of one that goes on. */
export const INVALID_MESSAGE = 4400;
const ID_TAKEN = 4409;
const ID_CHARS_MAX = 128;
/** The messages of both protocols that Mercurius speaks; `start` and `stop` are of the older one. */
const BEGINS: ReadonlySet<unknown> = new Set(['subscribe', 'start']);
const ENDS: ReadonlySet<unknown> = new Set(['complete', 'stop']);
/** How Mercurius begins the text of a subscription's last message. */
const LAST = /^\{"type":"(?:error|complete)"/;

/** What is needed of a WebSocket of `ws`. */
export interface MessageSocket {
  readonly readyState: number;
  readonly OPEN: number;
  readonly protocol: string;
  emit(event: string | symbol, ...args: unknown[]): boolean;
  send(text: string, ...more: unknown[]): void;
  close(code: number, reason: string): void;
}

/**
 * The subscriptions of one WebSocket, also those that are still to be let through. Mercurius keeps what it made of each until it completes: of one
 * that it refuses or that fails it would keep that as long as the socket lives. So it is told that the client ended what it sent an error for.
 */
export function createOpenSubscriptions(socket: MessageSocket) {
  const emit = socket.emit.bind(socket);
  const send = socket.send.bind(socket);
  const stop = socket.protocol === 'graphql-ws' ? 'stop' : 'complete';
  const open = new Set<string>();

  socket.send = (text, ...more) => {
    send(text, ...more);
    if (!LAST.test(text)) return;
    const { type, id } = JSON.parse(text) as { readonly type: string; readonly id?: unknown };
    if (typeof id !== 'string') return;
    open.delete(id);
    if (type === 'error') emit('message', Buffer.from(JSON.stringify({ type: stop, id })), false);
  };

  return {
    /**
     * Notes what begins and what the client ends. Gives whether Mercurius may hear of it; where not, the socket is being closed.
     * @throws AppError `GRAPHQL.SUBSCRIPTIONS_TOO_MANY`
     */
    heard(type: unknown, id: unknown): boolean {
      if (ENDS.has(type)) open.delete(id as string);
      if (!BEGINS.has(type)) return true;
      if (typeof id !== 'string' || id === '' || id.length > ID_CHARS_MAX) {
        socket.close(INVALID_MESSAGE, `the id of a subscription must be text of 1 to ${ID_CHARS_MAX} characters`);
        return false;
      }
      if (open.has(id)) {
        socket.close(ID_TAKEN, 'a subscription of this id goes on already');
        return false;
      }
      if (open.size >= SUBSCRIPTIONS_MAX) throw graphqlErrors.SUBSCRIPTIONS_TOO_MANY({ limit: SUBSCRIPTIONS_MAX });
      open.add(id);
      return true;
    },
  };
}
