import { createServer, type IncomingHttpHeaders, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AppError } from '@steelyard/kernel';
import { httpErrors } from './errors.js';
import { REQUEST_ID_HEADER, requestIdOf } from './request-id.js';

/** As long as Fastify keeps connections that nothing comes over. */
const KEEP_ALIVE_MS = 72_000;
const PATH_SHOWN_MAX = 200;

/** A request whose body has been read. */
export interface BareRequest {
  readonly id: string;
  /** What the path says behind the route's prefix, decoded, one text for each part. */
  readonly path: readonly string[];
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly response: ServerResponse;
}

/** A route that is served by Node's HTTP server itself, for what is called so often that a framework's share of it counts. */
export interface BareRoute {
  readonly method: string;
  /** Begins and ends with a slash. */
  readonly prefix: string;
  /** How many parts the path has behind the prefix; with 0 the prefix, without its last slash, is the path. */
  readonly parts: number;
  readonly bodyBytesMax: number;
  /** Answers. Never rejects. */
  serve(request: BareRequest): Promise<void>;
  /** Answers a request that cannot be served: its body is too large, or its path no text. */
  refuse(error: AppError, request: Pick<BareRequest, 'id' | 'response'>): void;
}

/** Bare routes, and the server that has them in front of a framework's. */
export class BareRoutes {
  readonly #routes: BareRoute[] = [];
  #closing = false;

  add(route: BareRoute): void {
    this.#routes.push(route);
  }

  /** From now on every answer ends its connection, so that the server can close. */
  close(): void {
    this.#closing = true;
  }

  /** To be given to Fastify as its `serverFactory`. */
  readonly createServer = (fallback: RequestListener): Server =>
    createServer({ keepAliveTimeout: KEEP_ALIVE_MS, requestTimeout: 0 }, (request, response) => {
      for (const route of this.#routes) {
        const path = request.method === route.method ? pathBehind(request.url!, route) : undefined;
        if (path) return this.#receive(route, path, request, response);
      }
      fallback(request, response);
    });

  #receive(route: BareRoute, encoded: readonly string[], raw: IncomingMessage, response: ServerResponse): void {
    if (this.#closing) response.shouldKeepAlive = false;
    const id = requestIdOf(raw.headers);
    const refuse = (error: AppError): void => {
      // The rest of the body is not waited for.
      response.shouldKeepAlive = false;
      raw.removeAllListeners('data').resume();
      route.refuse(error, { id, response });
    };
    const path = decode(encoded);
    if (!path) return refuse(httpErrors.PATH_INVALID({ path: raw.url!.slice(0, PATH_SHOWN_MAX) }));
    const tooLarge = () => refuse(httpErrors.BODY_TOO_LARGE({ bytesMax: route.bodyBytesMax }));
    if (Number(raw.headers['content-length']) > route.bodyBytesMax) return tooLarge();
    const chunks: Buffer[] = [];
    let bytes = 0;
    raw.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > route.bodyBytesMax) tooLarge();
    });
    raw.on('end', () => {
      if (bytes > route.bodyBytesMax) return;
      void route.serve({ id, path, headers: raw.headers, response, body: chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks) });
    });
    // A caller that goes away half-way has nothing to be told.
    raw.on('error', () => undefined);
  }
}

/** Undefined for what is not the route's. */
function pathBehind(url: string, { prefix, parts }: BareRoute): string[] | undefined {
  const query = url.indexOf('?', prefix.length - 1);
  const end = query === -1 ? url.length : query;
  if (parts === 0) return end === prefix.length - 1 && url.startsWith(prefix.slice(0, -1)) ? [] : undefined;
  if (!url.startsWith(prefix)) return undefined;
  const path = url.slice(prefix.length, end).split('/');
  return path.length === parts ? path : undefined;
}

function decode(path: readonly string[]): string[] | undefined {
  try {
    return path.map((part) => (part.includes('%') ? decodeURIComponent(part) : part));
  } catch {
    return undefined;
  }
}

export type HeaderFields = Readonly<Record<string, string | undefined>>;

const JSON_TYPE = 'application/json; charset=utf-8';

/** Answers a bare request with a JSON text, in one write. `fields` may name another content type. */
export function sendJson({ id, response }: Pick<BareRequest, 'id' | 'response'>, status: number, text: string, fields: HeaderFields = {}): void {
  const head = [
    'content-type', fields['content-type'] ?? JSON_TYPE,
    'content-length', String(Buffer.byteLength(text)),
    'x-content-type-options', 'nosniff',
    REQUEST_ID_HEADER, id,
  ];
  for (const name in fields) {
    const value = fields[name];
    if (value !== undefined && name !== 'content-type') head.push(name, value);
  }
  response.writeHead(status, head).end(text);
}
