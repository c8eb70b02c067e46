import { createServer, STATUS_CODES, type IncomingMessage, type RequestListener, type Server, type ServerOptions, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { AppError } from '@steelyard/kernel';
import { httpErrors } from './errors.js';
import { toHttpError } from './http-error.js';
import { requestIdOf } from './request-id.js';

/** What one caller may make the server hold, before anything is known of them. */
export interface RequestCaps {
  /** Address and headers together. */
  readonly headerBytes: number;
  readonly headersMax: number;
  /** For the head to arrive; and for the body, which gets a second more for every {@link BODY_BYTES_PER_SECOND} that have come. */
  readonly receiveMs: number;
  readonly connectionsMax: number;
  /** Requests of one connection that are not answered. */
  readonly pipelinedMax: number;
}

export const DEFAULT_CAPS: RequestCaps = { headerBytes: 16 * 1024, headersMax: 100, receiveMs: 30_000, connectionsMax: 10_000, pipelinedMax: 32 };

/** Slower than any link that people use, and fast enough that a body of any size ends. */
const BODY_BYTES_PER_SECOND = 10_000;
const LOOK_MS_MAX = 1_000;

interface Connection {
  /** Not answered, the oldest first. */
  readonly open: ServerResponse[];
  /** The request that comes in, as it was when first looked at. */
  arriving?: { readonly request: IncomingMessage; readonly sinceMs: number; readonly bytesBefore: number };
}

/**
 * Node's server, with caps. What Node itself refuses (a head that is too large, too slow or no HTTP) comes as its `clientError`; bodies it would
 * wait for as long as its one timeout for everything allows, which is too long for a slow body of ten bytes and too short for an upload.
 */
export function createCappedServer(options: ServerOptions, caps: RequestCaps, serve: RequestListener): Server {
  const { receiveMs, headerBytes, headersMax, pipelinedMax } = caps;
  const lookMs = Math.min(LOOK_MS_MAX, receiveMs / 4);
  const timeouts = { headersTimeout: receiveMs, requestTimeout: 0, connectionsCheckingInterval: lookMs };
  const connections = new Map<Socket, Connection>();

  const server = createServer({ ...options, ...timeouts, maxHeaderSize: headerBytes }, (request, response) => {
    const { open } = connections.get(request.socket)!;
    while (open[0]?.writableFinished) open.shift();
    open.push(response);
    if (request.rawHeaders.length > 2 * headersMax) return refuse(response, 431, httpErrors.HEADERS_TOO_MANY({ limit: headersMax }));
    if (open.length > pipelinedMax) return refuse(response, 429, httpErrors.PIPELINED_TOO_MANY({ limit: pipelinedMax }));
    serve(request, response);
  });
  server.maxConnections = caps.connectionsMax;
  // The count is checked above: past its own, Node would leave headers out without a word.
  server.maxHeadersCount = 0;
  server.on('connection', (socket: Socket) => {
    connections.set(socket, { open: [] });
    socket.once('close', () => connections.delete(socket));
  });
  const timer = setInterval(() => {
    for (const [socket, connection] of connections) endWhenSlow(socket, connection, receiveMs);
  }, lookMs).unref();
  server.once('close', () => clearInterval(timer));
  return server;
}

function endWhenSlow(socket: Socket, connection: Connection, receiveMs: number): void {
  const response = connection.open.at(-1);
  const request = response?.req;
  if (!request || request.complete || request.destroyed) return;
  if (connection.arriving?.request !== request) connection.arriving = { request, sinceMs: performance.now(), bytesBefore: socket.bytesRead };
  const { sinceMs, bytesBefore } = connection.arriving;
  const allowedMs = receiveMs + ((socket.bytesRead - bytesBefore) / BODY_BYTES_PER_SECOND) * 1_000;
  if (performance.now() - sinceMs <= allowedMs) return;
  // By the socket and not by the response, which whoever serves the request may be about to use.
  if (connection.open.length === 1 && !response.headersSent) socket.write(asText(408, httpErrors.BODY_TOO_SLOW({}), requestIdOf(request.headers)));
  socket.destroySoon();
}

function refuse(response: ServerResponse, status: number, error: AppError): void {
  const { body, headers } = toHttpError(error, requestIdOf(response.req.headers));
  response.shouldKeepAlive = false;
  response.writeHead(status, { ...headers, 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));
}

function asText(status: number, error: AppError, requestId: string): string {
  const body = JSON.stringify(toHttpError(error, requestId).body);
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}
