import type { SocketContext } from './subscriptions.js';

/** How long a WebSocket may stay silent after its handshake. */
const INIT_TIMEOUT_MS = 10_000;

interface OpeningRequest {
  readonly id: string;
  readonly raw: { readonly socket: { destroy(): unknown } };
}

interface Closable {
  once(event: 'close', heard: () => void): unknown;
}

/** From a WebSocket's handshake to its `connection_init`: Mercurius would wait for that for ever. */
export function createSocketOpening() {
  const waiting = new WeakMap<object, NodeJS.Timeout>();
  return {
    expect(request: OpeningRequest): void {
      waiting.set(request, setTimeout(() => request.raw.socket.destroy(), INIT_TIMEOUT_MS).unref());
    },
    begin(socket: Closable, request: OpeningRequest): Pick<SocketContext, 'requestId' | 'closed'> {
      clearTimeout(waiting.get(request));
      const closed = new AbortController();
      socket.once('close', () => closed.abort());
      return { requestId: request.id, closed: closed.signal };
    },
  };
}
