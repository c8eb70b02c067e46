import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { type Client, createClient, NotFoundError } from './index.js';

interface Seen {
  readonly url: string | undefined;
  readonly authorization: string | undefined;
  readonly body: { readonly query: string; readonly variables: unknown };
}

let close: (() => Promise<void>) | undefined;
afterEach(() => close?.());

/** A server that answers a GraphQL request with what `answer` makes of its document. */
async function serve(answer: (query: string) => { status?: number; body: unknown }): Promise<{ seen: Seen[]; client: Client }> {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = JSON.parse(Buffer.concat(chunks).toString()) as Seen['body'];
      seen.push({ url: request.url, authorization: request.headers.authorization, body });
      const { status = 200, body: text } = answer(body.query);
      response.writeHead(status, { 'content-type': 'application/json' }).end(typeof text === 'string' ? text : JSON.stringify(text));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { seen, client: createClient({ apiKey: 'key-1', baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }) };
}

describe('graphql', () => {
  it('sends document, variables and key, and gives the data', async () => {
    const { client, seen } = await serve(() => ({ body: { data: { viewer: { keyId: 'k' } } } }));
    expect(await client.graphql('query ($a: Int) { viewer { keyId } }', { a: 1 })).toEqual({ viewer: { keyId: 'k' } });
    expect(seen).toEqual([{ url: '/graphql', authorization: 'Bearer key-1', body: { query: 'query ($a: Int) { viewer { keyId } }', variables: { a: 1 } } }]);
  });

  it('names the document by its id where it has one, and sends it where the server does not know it', async () => {
    const unknown = { message: 'unknown', extensions: { code: 'GRAPHQL.OPERATION_UNKNOWN', kind: 'not-found' } };
    const { client, seen } = await serve((query) => ({ body: query === undefined ? { errors: [unknown] } : { data: { a: 1 } } }));
    expect(await client.graphql('{ a }', { b: 1 }, { documentId: 'abc' })).toEqual({ a: 1 });
    expect(seen.map(({ body }) => body)).toEqual([
      { extensions: { persistedQuery: { version: 1, sha256Hash: 'abc' } }, variables: { b: 1 } },
      { query: '{ a }', variables: { b: 1 } },
    ]);
  });

  it('sends the document for no other refusal of its id', async () => {
    const { client, seen } = await serve(() => ({ body: { errors: [{ message: 'gone', extensions: { code: 'HTTP.NOT_FOUND', kind: 'not-found' } }] } }));
    await expect(client.graphql('{ a }', {}, { documentId: 'abc' })).rejects.toBeInstanceOf(NotFoundError);
    expect(seen).toHaveLength(1);
  });

  it('throws the first error as one of the same classes', async () => {
    const extensions = { code: 'CATALOG.MODEL_NOT_FOUND', kind: 'not-found', fix: 'look at models', requestId: 'r-2', retryable: false };
    const { client } = await serve(() => ({ body: { data: null, errors: [{ message: 'no such model', extensions }] } }));
    const failure = client.graphql('{ model(ref: "x") { id } }');
    await expect(failure).rejects.toBeInstanceOf(NotFoundError);
    await expect(failure).rejects.toMatchObject({ code: 'CATALOG.MODEL_NOT_FOUND', message: 'no such model', fix: 'look at models', requestId: 'r-2', retryable: false });
  });

  it('throws an error of the kind that is stated, whatever its code is called', async () => {
    const { client } = await serve(() => ({ body: { data: null, errors: [{ message: 'odd', extensions: { code: 'constructor', kind: 'not-found' } }] } }));
    await expect(client.graphql('{ a }')).rejects.toBeInstanceOf(NotFoundError);
  });

  it('takes what is no GraphQL answer for no answer', async () => {
    const { client } = await serve((query) => (query === 'busy' ? { status: 503, body: '<h1>Busy</h1>' } : { body: 'hello' }));
    await expect(client.graphql('busy')).rejects.toMatchObject({ name: 'UnavailableError', code: 'HTTP.503', retryable: true });
    await expect(client.graphql('{ a }')).rejects.toMatchObject({ code: 'CLIENT.ANSWER_UNREADABLE' });
  });
});

describe('predictions.get', () => {
  const row = {
    id: 'p', status: 'SUCCEEDED', modelId: 'm', versionId: 'v', units: [{ unit: 'request', quantity: '1', amountNano: '200000' }], amountNano: '200000', isFree: false, tag: null, currency: 'usd',
    queueMs: 1, computeMs: 2, totalMs: 3, errorCode: null, occurredAt: '2026-11-01T00:00:00.000Z',
  };

  it('gives amounts as bigints and times as dates', async () => {
    const { client } = await serve(() => ({ body: { data: { prediction: row } } }));
    expect(await client.predictions.get('p')).toEqual({
      ...row, status: 'succeeded', units: [{ unit: 'request', quantity: 1n, amountNano: 200_000n }], amountNano: 200_000n, tag: undefined, errorCode: undefined, occurredAt: new Date(row.occurredAt),
    });
  });

  it('says when there is none', async () => {
    const { client } = await serve(() => ({ body: { data: { prediction: null } } }));
    await expect(client.predictions.get('q')).rejects.toBeInstanceOf(NotFoundError);
  });
});
