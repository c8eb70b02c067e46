import { readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describePlatform, LONG, newName, repositoryRoot, writeEchoPackage, type SharedPlatform } from '@steelyard/test-support';
import { encodeValue } from '@steelyard/wire';
import fc from 'fast-check';
import { buildSchema } from 'graphql';
import { documentsOf } from './graphql-documents.js';
import { damaged, damagedText } from './mutate.js';

const SEED = 20_261_130;
/** Sent at the same time. */
const TOGETHER = 10;
const ANSWERED_WITHIN_MS = 5_000;
/** Not fit for now, by no fault of ours: without Stripe, a model that fails, a deadline of the request's own. */
const FINE_ABOVE_499 = new Set([501, 502, 504]);

const schema = buildSchema(readFileSync(join(repositoryRoot, 'apps/api/schema.graphql'), 'utf8'));
const portalDir = join(repositoryRoot, 'apps/portal/src');
const portalDocuments = readdirSync(portalDir, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.graphql'))
  .flatMap((path) => readFileSync(join(portalDir, path), 'utf8').split(/\n(?=(?:query|mutation|subscription|fragment) )/));

const json = fc.jsonValue({ maxDepth: 4 });
/** Like the inputs that the model takes, and like what it does not. */
const input = fc.oneof(
  json,
  fc.record({ text: fc.oneof(fc.string({ maxLength: 40 }), json), number: fc.oneof(fc.double(), json), x: fc.oneof(fc.float32Array({ maxLength: 6 }), json) }, { requiredKeys: [] }),
);

interface Sent {
  readonly path: string;
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
}

describePlatform('whatever is sent', (context) => {
  let platform: SharedPlatform;
  let key: string;
  let ref: string;
  const counts: Record<string, number> = {};

  beforeAll(async () => {
    platform = context.platform();
    const handle = newName('fuzz');
    key = await platform.openOrganization(handle, '5.00');
    const manifest = [
      'schema: 1', 'name: echo', 'version: 1.0.0', 'license: Apache-2.0', 'task: custom', 'runtime: { name: echo, range: ^0.1.0 }', 'artifacts: [ { path: weights.json } ]', 'price: free',
      'input: { type: object, properties: { text: { type: string }, number: { type: number }, x: { x-tensor: { dtype: float32, shape: [4] } } } }',
      'output: { type: object, properties: { text: { type: string }, number: { type: number }, x: { x-tensor: { dtype: float32, shape: [4] } } } }',
    ].join('\n');
    await platform.publish(key, await writeEchoPackage({ manifest }));
    ref = `${handle}/echo`;
  }, 60_000);

  afterAll(() => {
    const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
    console.log(`fuzzing: ${total} requests: ${Object.entries(counts).map(([what, count]) => `${what} ${count}`).join(', ')}`);
  });

  async function answer({ path, method = 'POST', headers, body }: Sent): Promise<{ status: number; text: string }> {
    const response = await fetch(platform.url + path, {
      method,
      redirect: 'manual',
      headers: { authorization: `Bearer ${key}`, ...headers },
      ...(method === 'POST' && body !== undefined && { body }),
      signal: AbortSignal.timeout(ANSWERED_WITHIN_MS),
    });
    return { status: response.status, text: await response.text() };
  }

  /** Every one is answered, soon, and by no fault of ours. */
  async function survives(what: string, sent: fc.Arbitrary<Sent>, rounds: number): Promise<void> {
    counts[what] = 0;
    const property = fc.asyncProperty(fc.array(sent, { minLength: TOGETHER, maxLength: TOGETHER }), async (together) => {
      const answers = await Promise.all(together.map(answer));
      counts[what]! += answers.length;
      for (const [index, { status, text }] of answers.entries()) {
        if ((status > 499 && !FINE_ABOVE_499.has(status)) || text.includes('"INTERNAL"')) throw new Error(`${status} ${text} to ${JSON.stringify(together[index])}`);
      }
    });
    await fc.assert(property, { seed: SEED, numRuns: LONG ? rounds * 20 : rounds, interruptAfterTimeLimit: LONG ? 300_000 : 20_000, markInterruptAsFailure: false });
    expect(counts[what]).toBeGreaterThanOrEqual(TOGETHER);
  }

  const asJson = { 'content-type': 'application/json' };
  const graphql = (query: string, variables: unknown = {}) => ({ path: '/graphql', headers: asJson, body: JSON.stringify({ query, variables }) });

  it('documents of GraphQL that the schema allows, more or less', () => survives('documents', documentsOf(schema).map((query) => graphql(query)), 40), 60_000);

  it('the portal’s documents, damaged, with any variables', () => {
    const document = damagedText(fc.constantFrom(...portalDocuments));
    const sent = fc.tuple(document, fc.dictionary(fc.constantFrom('input', 'id', 'ref', 'first', 'after', 'handle', 'from'), json)).map(([query, variables]) => graphql(query, variables));
    return survives('damaged documents', sent, 20);
  });

  it('CBOR', () => {
    const whole = input.map((value) => Buffer.from(encodeValue(value)));
    const body = fc.oneof(damaged(whole), fc.uint8Array({ maxLength: 64 }).map((bytes) => Buffer.from(bytes)));
    const path = fc.constantFrom('predict', 'estimate').map((door) => `/v1/${door}/${ref}`);
    return survives('CBOR', fc.tuple(path, body).map(([at, bytes]) => ({ path: at, headers: { 'content-type': 'application/cbor' }, body: Uint8Array.from(bytes) })), 25);
  });

  it('tensors in binary', () => {
    const tensor = fc.record({ name: fc.constantFrom('x', 'y', ''), datatype: fc.constantFrom('FP32', 'INT64', 'BYTES', 'FP8'), shape: fc.array(fc.oneof(fc.constantFrom(1, 4), fc.integer()), { maxLength: 3 }), size: fc.oneof(fc.constant(16), fc.integer()) });
    const sent = fc.tuple(fc.array(tensor, { maxLength: 2 }), fc.uint8Array({ maxLength: 40 }), fc.integer({ min: -3, max: 3 })).chain(([inputs, raw, off]) => {
      const head = Buffer.from(JSON.stringify({ inputs: inputs.map(({ size, ...rest }) => ({ ...rest, parameters: { binary_data_size: size } })) }));
      return damaged(fc.constant(Buffer.concat([head, raw]))).map((bytes) => ({
        path: `/v2/models/${ref}/infer`,
        headers: { 'content-type': 'application/octet-stream', 'inference-header-content-length': String(head.length + off) },
        body: Uint8Array.from(bytes),
      }));
    });
    return survives('binary tensors', sent, 25);
  });

  it('JSON at every door', () => {
    const paths = [
      `/v1/predict/${ref}`, `/v1/estimate/${ref}`, `/v2/models/${ref}/infer`, '/v2/repository/index', '/openai/v1/chat/completions', '/openai/v1/completions', '/openai/v1/embeddings',
      '/graphql', '/graphql/models', '/auth/terminal/begin', '/auth/terminal/finish', '/auth/device/poll', '/webhooks/stripe',
    ];
    const like = fc.constantFrom(
      { inputs: [{ name: 'x', datatype: 'FP32', shape: [4], data: [1, 2, 3, 4] }], outputs: [{ name: 'x' }] },
      { model: ref, messages: [{ role: 'user', content: 'hello' }], max_tokens: 3, stream: false },
      { query: '{ __typename }', variables: {}, operationName: null, extensions: {} },
      { text: 'hello', number: 1, x: [1, 2, 3, 4] },
    );
    const body = fc.oneof(input.map((value) => JSON.stringify(value) ?? ''), damagedText(like.map((value) => JSON.stringify(value))), fc.string());
    return survives('JSON', fc.tuple(fc.constantFrom(...paths), body).map(([path, text]) => ({ path, headers: asJson, body: text })), 50);
  });

  it('headers and addresses', () => {
    const names = ['authorization', 'cookie', 'steelyard-organization', 'steelyard-deadline-ms', 'idempotency-key', 'traceparent', 'x-request-id', 'accept', 'if-none-match', 'upload-offset', 'upload-length', 'origin', 'content-type', 'stripe-signature', 'steelyard-tag'];
    const value = fc.oneof(fc.stringMatching(/^[\x21-\x7e\xa0-\xff]{0,60}$/), fc.constantFrom('-1', '0', '99999999999999999999', 'Bearer', 'Bearer sy_live_x_y', 'application/cbor', 'bytes=0-1', '*/*'));
    const headers = fc.dictionary(fc.constantFrom(...names), value, { maxKeys: 5 });
    const part = fc.oneof(fc.constantFrom('v1', 'v2', 'models', 'predict', 'auth', 'sign-in', 'callback', 'usage.csv', 'documents', 'predictions', 'receipt', 'uploads', 'sha256', '..', '%2e%2e', '%00', '%ff', 'graphql', 'openai', 'metrics', 'assets', ref), fc.webSegment());
    const path = fc.tuple(fc.array(part, { maxLength: 5 }), fc.oneof(fc.constant(''), fc.webQueryParameters())).map(([parts, query]) => `/${parts.join('/')}${query && `?${query}`}`);
    const sent = fc.record({ method: fc.constantFrom('GET', 'POST', 'HEAD', 'PATCH', 'DELETE', 'OPTIONS'), path, headers, body: fc.constantFrom('{}', '') });
    return survives('headers', sent, 30);
  });

  it('bytes that are no HTTP, or nearly', async () => {
    const { hostname, port } = new URL(platform.url);
    const like = fc.constantFrom(
      `POST /v1/predict/${ref} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 16\r\nconnection: close\r\n\r\n{"text":"hello"}`,
      'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n2\r\n{}\r\n0\r\n\r\n',
      'GET /graphql HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-protocol: graphql-transport-ws\r\n\r\n\u0081\u0080abcd',
    );
    counts['raw bytes'] = 0;
    const property = fc.asyncProperty(fc.array(damaged(like.map((text) => Buffer.from(text, 'latin1'))), { minLength: TOGETHER, maxLength: TOGETHER }), async (together) => {
      const said = await Promise.all(together.map((bytes) => speak(Number(port), hostname, bytes)));
      counts['raw bytes']! += said.length;
      for (const [index, text] of said.entries()) if (/^HTTP\/1\.1 5\d\d/m.test(text)) throw new Error(`${text} to ${together[index]!.toString('latin1')}`);
    });
    await fc.assert(property, { seed: SEED, numRuns: LONG ? 400 : 20 });
  });

  it('left the server as it was', async () => {
    expect((await fetch(`${platform.url}/health/ready`)).status).toBe(200);
    expect((await platform.predict(key, ref, { text: 'hello' })).body).toEqual({ text: 'hello' });
  });
});

/** Sends bytes, ends, and gives all that comes back. */
function speak(port: number, host: string, bytes: Buffer): Promise<string> {
  return new Promise((done, failed) => {
    let text = '';
    const socket = connect({ port, host, allowHalfOpen: false }, () => socket.end(bytes));
    socket.setTimeout(ANSWERED_WITHIN_MS, () => {
      socket.destroy();
      failed(new Error(`no answer and no end to ${bytes.toString('latin1')}`));
    });
    socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
    socket.once('error', () => done(text));
    socket.once('close', () => done(text));
  });
}
