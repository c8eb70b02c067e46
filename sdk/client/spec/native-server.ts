import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach } from '@jest/globals';
import { type Client, type ClientOptions, createClient, retry, SteelyardError } from '../src/index.js';

/** A request as the server got it. */
export interface Seen {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  readonly bytes: Buffer;
}

export type Answer = (request: Seen, response: ServerResponse, socket: IncomingMessage['socket']) => void;

/** What a test leaves to be closed after it. */
export const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** A server that speaks the native route: answers the requests one after the other, the last answer again and again. */
export async function serve(...answers: Answer[]): Promise<{ seen: Seen[]; baseUrl: string; connect: (options?: ClientOptions) => Client }> {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const bytes = Buffer.concat(chunks);
      const entry = { path: request.url ?? '', headers: request.headers, body: bytes.toString(), bytes };
      seen.push(entry);
      answers[Math.min(seen.length, answers.length) - 1]!(entry, response, request.socket);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const connect = (options: ClientOptions = {}) => createClient({ apiKey: 'key-1', baseUrl, plugins: [retry({ baseDelayMs: 1 })], ...options });
  return { seen, baseUrl, connect };
}

export const ok = (output: unknown, headers: Record<string, string> = {}): Answer => (_request, response) => {
  response.writeHead(200, {
    'content-type': 'application/json',
    'steelyard-prediction-id': 'p-1',
    'steelyard-cost-nano': '200000',
    'steelyard-model': 'acme/digits@1.0.0',
    'x-request-id': 'r-1',
    ...headers,
  });
  response.end(JSON.stringify(output));
};

export const refuse = (status: number, error: object, headers: Record<string, string> = {}): Answer => (_request, response) => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify({ error: { code: 'X.Y', message: 'no', retryable: false, charged: false, requestId: 'r-9', ...error } }));
};

export const reset: Answer = (_request, _response, socket) => socket.resetAndDestroy();
export const silent: Answer = () => undefined;

export async function failureOf(call: Promise<unknown>): Promise<SteelyardError> {
  const error: unknown = await call.then(() => undefined, (reason: unknown) => reason);
  if (!(error instanceof SteelyardError)) throw new TypeError(`expected a SteelyardError, not ${String(error)}`);
  return error;
}
