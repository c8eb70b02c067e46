import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

const signals = new WeakMap<Socket, AbortSignal>();

/**
 * Aborted when whoever waits for an answer goes away. One for all requests of a connection, since to make one costs more than
 * to read a header: whoever listens must stop when the request is answered.
 */
export function goneSignal({ req: { socket } }: ServerResponse): AbortSignal {
  // Gone before it was asked. The answer itself has no socket until those to earlier requests of its connection are sent.
  if (socket.destroyed) return AbortSignal.abort();
  const known = signals.get(socket);
  if (known) return known;
  const gone = new AbortController();
  socket.once('close', () => gone.abort());
  signals.set(socket, gone.signal);
  return gone.signal;
}
