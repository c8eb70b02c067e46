import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

const LOOK_MS = 50;

/** The requests that a server is answering, so that it can be closed without waiting for connections that ask for nothing. */
export class OpenRequests {
  readonly #server: Server;
  readonly #open = new Map<ServerResponse, IncomingMessage>();
  readonly #sockets = new Set<Socket>();

  constructor(server: Server) {
    this.#server = server;
    server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
    server.prependListener('request', (request, response) => {
      this.#open.set(response, request);
      response.once('close', () => this.#open.delete(response));
    });
  }

  /** Method and path of each. */
  get names(): readonly string[] {
    return Array.from(this.#open.values(), ({ method, url }) => `${method} ${url?.split('?')[0]}`);
  }

  /**
   * To be called when the server is about to close. It waits for every connection that is not idle, and Node takes for idle only
   * those that have been answered before: one that a browser opened ahead of need, or that sent half a request, would hold it for
   * ever, since its timeouts end with `close`.
   */
  endIdle(): void {
    const timer = setInterval(() => {
      if (this.#open.size === 0) this.#server.closeAllConnections();
    }, LOOK_MS);
    this.#server.once('close', () => clearInterval(timer));
    timer.unref();
  }

  /** WebSockets too, of which the server itself knows nothing any more. */
  endAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}
