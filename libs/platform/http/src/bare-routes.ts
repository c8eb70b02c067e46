import { createServer, type IncomingHttpHeaders, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { Identified } from '@steelyard/kernel';
import { httpErrors } from './errors.js';
import { requestIdOf } from './request-id.js';

/** As long as Fastify keeps connections that nothing comes over. */
const KEEP_ALIVE_MS = 72_000;
const PATH_SHOWN_MAX = 200;
/** Up to so many bytes are read and forgotten when their sender may not enter; a new connection would cost more. */
const PASSED_OVER_BYTES_MAX = 64 * 1024;

/** A request whose body has not been read. */
export interface ArrivingRequest {
  readonly id: string;
  readonly method: string;
  /** What the path says behind the route's prefix, decoded, one text for each part. */
  readonly path: readonly string[];
  readonly headers: IncomingHttpHeaders;
  readonly response: ServerResponse;
}

/** A request whose body has been read. */
export interface BareRequest extends ArrivingRequest {
  readonly body: Buffer;
  /** Who sends it, where the route's `enter` has told. */
  readonly identified?: Identified | undefined;
}

/**
 * Everything below a prefix, served by Node's HTTP server itself: for what is called so often that a framework's share of it counts. What the
 * prefix does not lead to is the route's to refuse too, in its protocol's own words.
 */
export interface BareRoute {
  /** Begins with a slash and ends without one. */
  readonly prefix: string;
  readonly bodyBytesMax: number;
  /** Tells who sends a request before its body is read; by what it throws the request is refused. */
  enter?(request: ArrivingRequest): Promise<Identified>;
  /** Answers. Never rejects. */
  serve(request: BareRequest): Promise<void>;
  /** Answers a request that cannot be served: its body is too large, its path no text, or it may not enter. */
  refuse(error: unknown, request: Pick<BareRequest, 'id' | 'response'>): void;
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
        const path = pathBehind(request.url!, route.prefix);
        if (path) return this.#receive(route, path, request, response);
      }
      fallback(request, response);
    });

  #receive(route: BareRoute, encoded: readonly string[], raw: IncomingMessage, response: ServerResponse): void {
    if (this.#closing) response.shouldKeepAlive = false;
    // A caller that goes away half-way has nothing to be told.
    raw.on('error', () => undefined);
    const id = requestIdOf(raw.headers);
    const refuse = (error: unknown): void => {
      // The rest of the body is not waited for.
      response.shouldKeepAlive = false;
      raw.removeAllListeners('data').resume();
      route.refuse(error, { id, response });
    };
    const path = decode(encoded);
    if (!path) return refuse(httpErrors.PATH_INVALID({ path: raw.url!.slice(0, PATH_SHOWN_MAX) }));
    if (Number(raw.headers['content-length']) > route.bodyBytesMax) return refuse(httpErrors.BODY_TOO_LARGE({ bytesMax: route.bodyBytesMax }));
    const request: ArrivingRequest = { id, method: raw.method!, path, headers: raw.headers, response };
    if (!route.enter) return readBody(raw, route, { request, refuse });
    const keepOut = (error: unknown): void => {
      if (!isShort(raw.headers)) return refuse(error);
      raw.resume();
      route.refuse(error, { id, response });
    };
    route.enter(request).then((identified) => readBody(raw, route, { request, identified, refuse }), keepOut);
  }
}

interface Entered {
  readonly request: ArrivingRequest;
  readonly identified?: Identified;
  readonly refuse: (error: unknown) => void;
}

function readBody(raw: IncomingMessage, route: BareRoute, { request, identified, refuse }: Entered): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  raw.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > route.bodyBytesMax) refuse(httpErrors.BODY_TOO_LARGE({ bytesMax: route.bodyBytesMax }));
  });
  raw.on('end', () => {
    if (bytes > route.bodyBytesMax) return;
    const { id, method, path, headers, response } = request;
    void route.serve({ id, method, path, headers, response, identified, body: chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks) });
  });
}

/** Whether the body is read sooner than a new connection is made. */
function isShort({ 'content-length': length, 'transfer-encoding': encoding }: IncomingHttpHeaders): boolean {
  return encoding === undefined && Number(length ?? 0) <= PASSED_OVER_BYTES_MAX;
}

/** The parts of the path behind the prefix; undefined where it is not below it. */
function pathBehind(url: string, prefix: string): string[] | undefined {
  if (!url.startsWith(prefix)) return undefined;
  const query = url.indexOf('?', prefix.length);
  const rest = url.slice(prefix.length, query === -1 ? undefined : query);
  if (rest === '' || rest === '/') return [];
  return rest.startsWith('/') ? rest.slice(1).split('/') : undefined;
}

function decode(path: readonly string[]): string[] | undefined {
  try {
    return path.map((part) => (part.includes('%') ? decodeURIComponent(part) : part));
  } catch {
    return undefined;
  }
}
