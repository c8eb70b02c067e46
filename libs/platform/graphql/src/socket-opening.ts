import type { IncomingMessage } from 'node:http';
import type { MessageSocket } from './open-subscriptions.js';
import type { MessageBounds } from './socket-messages.js';
import type { SocketContext } from './subscriptions.js';

/** How long a WebSocket may stay silent after its handshake. */
const INIT_TIMEOUT_MS = 10_000;

type OpeningRequest = SocketContext['request'] & { readonly id: string; readonly raw: IncomingMessage };

/** Fastify, once Mercurius has given it `@fastify/websocket`. */
export interface SocketHost {
  readonly websocketServer: {
    on(event: 'connection', opened: (socket: MessageSocket, raw: IncomingMessage) => void): unknown;
  };
}

interface Closable {
  once(event: 'close', heard: () => void): unknown;
}

export interface SocketOpeningOptions {
  /** Called before Mercurius has the socket. */
  readonly opened: (socket: MessageSocket, requestId: string, sender: Pick<MessageBounds, 'begun' | 'isKnown'>) => void;
  /** Whether the handshake, or what came with `connection_init`, says who sends. */
  readonly recognize: (context: Pick<SocketContext, '_connectionInit' | 'request'>) => Promise<boolean>;
}

interface Opening {
  readonly id: string;
  readonly timer: NodeJS.Timeout;
  /** What came with `connection_init`. */
  sent?: unknown;
  isKnown: boolean;
}

/** From a WebSocket's handshake to its `connection_init`: Mercurius would wait for that for ever, and never looks at who sends it. */
export function createSocketOpening({ opened, recognize }: SocketOpeningOptions) {
  const openings = new WeakMap<IncomingMessage, Opening>();
  const heard = new WeakSet<SocketHost['websocketServer']>();

  function begun(socket: MessageSocket, raw: IncomingMessage): void {
    const opening = openings.get(raw);
    const sender = { begun: (payload: unknown) => void (opening && (opening.sent = payload)), isKnown: () => opening?.isKnown ?? false };
    opened(socket, opening?.id ?? '', sender);
  }

  return {
    expect({ id, raw }: Pick<OpeningRequest, 'id' | 'raw'>, { websocketServer: server }: SocketHost): void {
      const timer = setTimeout(() => raw.socket.destroy(), INIT_TIMEOUT_MS).unref();
      openings.set(raw, { id, timer, isKnown: false });
      if (heard.has(server)) return;
      heard.add(server);
      server.on('connection', begun);
    },
    /** Before `connection_init` is accepted, so that who waits for that may send as much as they may from the first message on. */
    async begin(socket: Closable, request: OpeningRequest): Promise<Pick<SocketContext, 'requestId' | 'closed'>> {
      const opening = openings.get(request.raw);
      clearTimeout(opening?.timer);
      const closed = new AbortController();
      socket.once('close', () => closed.abort());
      if (opening) opening.isKnown = await recognize({ request, _connectionInit: opening.sent });
      return { requestId: request.id, closed: closed.signal };
    },
  };
}
