import type { IncomingMessage } from 'node:http';
import type { MessageSocket } from './socket-messages.js';
import type { SocketContext } from './subscriptions.js';

/** How long a WebSocket may stay silent after its handshake. */
const INIT_TIMEOUT_MS = 10_000;

interface OpeningRequest {
  readonly id: string;
  readonly raw: IncomingMessage;
}

/** Fastify, once Mercurius has given it `@fastify/websocket`. */
export interface SocketHost {
  readonly websocketServer: {
    on(event: 'connection', opened: (socket: MessageSocket, raw: IncomingMessage) => void): unknown;
  };
}

interface Closable {
  once(event: 'close', heard: () => void): unknown;
}

/**
 * From a WebSocket's handshake to its `connection_init`: Mercurius would wait for that for ever. `opened` is called before Mercurius has the
 * socket.
 */
export function createSocketOpening(opened: (socket: MessageSocket, requestId: string) => void) {
  const waiting = new WeakMap<IncomingMessage, { readonly id: string; readonly timer: NodeJS.Timeout }>();
  const heard = new WeakSet<SocketHost['websocketServer']>();
  return {
    expect({ id, raw }: OpeningRequest, { websocketServer: server }: SocketHost): void {
      waiting.set(raw, { id, timer: setTimeout(() => raw.socket.destroy(), INIT_TIMEOUT_MS).unref() });
      if (heard.has(server)) return;
      heard.add(server);
      server.on('connection', (socket, request) => opened(socket, waiting.get(request)?.id ?? ''));
    },
    begin(socket: Closable, { id, raw }: OpeningRequest): Pick<SocketContext, 'requestId' | 'closed'> {
      clearTimeout(waiting.get(raw)?.timer);
      const closed = new AbortController();
      socket.once('close', () => closed.abort());
      return { requestId: id, closed: closed.signal };
    },
  };
}
