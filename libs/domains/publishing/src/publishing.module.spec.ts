import 'reflect-metadata';
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Global, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { createInProcessDispatch, DISPATCH } from '@steelyard/dispatch';
import { CreateApiKey, CreateOrganization, Identity } from '@steelyard/domain-identity';
import { IdentityModule } from '@steelyard/domain-identity/module';
import { createEngineHost, type EngineHost } from '@steelyard/engine';
import { BLOB_STORE, createFolderBlobStore } from '@steelyard/platform-blob-store';
import { CONFIG, loadConfig } from '@steelyard/platform-config';
import { DATABASE } from '@steelyard/platform-database';
import { graphqlModule } from '@steelyard/platform-graphql/module';
import { ErrorFilter, HTTP_STATUS, toFailure } from '@steelyard/platform-http';
import { LOGGER, silentLogger } from '@steelyard/platform-observability';
import { describeDatabase } from '@steelyard/test-support';
import { WebSocket } from 'ws';
import { PublishingModule } from './publishing.module.js';

const MANIFEST = {
  schema: 1,
  name: 'echo',
  version: '1.0.0',
  license: 'MIT', intendedUse: 'For tests.',
  task: 'custom',
  runtime: { name: 'echo', range: '*' },
  input: { type: 'object', properties: { text: { type: 'string' } } },
  output: { type: 'object' },
  resources: { memoryMb: 128 },
  price: { unit: 'request', amount: '0.001', currency: 'usd' },
};
const FILES = { 'README.md': '# Echo\n', 'samples/one.json': '{"input": {"text": "a"}, "expected": {"text": "a"}}' };
const sha = (text: string): string => createHash('sha256').update(text).digest('hex');
const LISTED = Object.entries(FILES).map(([path, text]) => ({ path, sha256: sha(text), size: text.length }));

const PUBLISH = 'mutation ($input: PublishVersionInput!) { publishVersion(input: $input) { id model version dryRun status digest error } }';
const READ = '{ publication(id: "ID") { status events { seq stage status message detail createdAt } finishedAt } }';

interface Message {
  readonly type: string;
  readonly payload?: { data?: { publishProgress: { seq: number; stage: string; status: string } } } & { extensions?: { code: string } }[];
}

/** With the real guard, keys, GraphQL door and engine; what a client sees. */
describeDatabase('the doors of publishing', (context) => {
  let app: NestFastifyApplication;
  let host: EngineHost;
  let dir: string;
  let url: string;
  const keys: Record<'acme' | 'globex' | 'reader', string> = { acme: '', globex: '', reader: '' };

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'steelyard-doors-'));
    const config = { ...loadConfig({}), dataDir: dir };
    const store = { materialize: () => Promise.reject(new TypeError('a publication runs nothing from the store')) };
    const metrics = { batch: () => undefined, runnerExit: () => undefined, loaded: () => undefined, refused: () => undefined };
    const runnerEntry = fileURLToPath(new URL('../../../runner/dist/index.js', import.meta.url));
    host = createEngineHost({ runnerEntry, store, log: silentLogger, metrics, workDir: join(dir, 'runners') });
    const providers = [
      { provide: CONFIG, useValue: config },
      { provide: DATABASE, useValue: context.database() },
      { provide: LOGGER, useValue: silentLogger },
      { provide: BLOB_STORE, useValue: createFolderBlobStore(join(dir, 'blobs')) },
      { provide: DISPATCH, useValue: createInProcessDispatch(host) },
    ];
    @Global()
    @Module({ providers, exports: providers.map(({ provide }) => provide) })
    class Infrastructure {}

    const graphql = graphqlModule({ identify: (credentials) => app.get(Identity).identify(credentials), errors: { toFailure, statuses: HTTP_STATUS }, log: silentLogger });
    @Module({ imports: [Infrastructure, graphql, IdentityModule, PublishingModule] })
    class App {}

    app = await NestFactory.create<NestFastifyApplication>(App, new FastifyAdapter(), { logger: false });
    app.useGlobalFilters(new ErrorFilter(silentLogger));
    await app.listen(0, '127.0.0.1');
    url = await app.getUrl();
    const operator = { organizationId: '', organizationHandle: 'platform', actorId: 'operator', scopes: new Set(['operator:*'] as const) };
    for (const handle of ['acme', 'globex'] as const) {
      keys[handle] = (await app.get(CreateOrganization).create(operator, { handle, name: handle, ownerEmail: `owner@${handle}.example` })).secret;
    }
    const { caller: acme } = await app.get(Identity).identify({ authorization: `Bearer ${keys.acme}` });
    keys.reader = (await app.get(CreateApiKey).create(acme, { name: 'reader', scopes: ['models:read', 'predict'] })).secret;
  }, 60_000);
  afterAll(async () => {
    await app.close();
    await host.close();
    await rm(dir, { recursive: true });
  });

  const bearer = (key: string | undefined): Record<string, string> => (key === undefined ? {} : { authorization: `Bearer ${key}` });

  async function graphql(key: string | undefined, query: string, variables: object = {}) {
    const response = await fetch(`${url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json', ...bearer(key) }, body: JSON.stringify({ query, variables }) });
    return (await response.json()) as { data: Record<string, { id: string; events: unknown[] } | null> | null; errors?: { extensions: { code: string; details?: Record<string, unknown> } }[] };
  }

  function upload(key: string | undefined, text: string): Promise<Response> {
    const headers = { ...bearer(key), 'content-type': 'application/offset+octet-stream', 'upload-offset': '0', 'upload-length': String(text.length) };
    return fetch(`${url}/v1/uploads/sha256/${sha(text)}`, { method: 'PATCH', headers, body: text });
  }

  /** Every message of one subscription, until it ends. */
  async function progress(key: string | undefined, id: string): Promise<Message[]> {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    const messages: Message[] = [];
    await new Promise<void>((resolve, reject) => {
      const send = (message: object): void => socket.send(JSON.stringify(message));
      socket.on('open', () => send({ type: 'connection_init', payload: bearer(key) }));
      socket.on('error', reject);
      socket.on('message', (data: Buffer) => {
        const message = JSON.parse(data.toString()) as Message;
        if (message.type === 'connection_ack') send({ type: 'subscribe', id: '1', payload: { query: `subscription { publishProgress(id: "${id}") { seq stage status message detail } }` } });
        else if (message.type !== 'ping') messages.push(message);
        if (message.type === 'complete' || message.type === 'error') resolve();
      });
    });
    socket.close();
    return messages;
  }

  it('take a package from its upload to its listing, followed by a subscription', async () => {
    for (const text of Object.values(FILES)) expect((await upload(keys.acme, text)).status).toBe(204);
    const { data, errors } = await graphql(keys.acme, PUBLISH, { input: { manifest: MANIFEST, files: LISTED } });
    expect(errors).toBeUndefined();
    expect(data?.publishVersion).toMatchObject({ model: 'echo', version: '1.0.0', dryRun: false, status: 'RUNNING', digest: null, error: null });
    const { id } = data!.publishVersion!;
    const messages = await progress(keys.acme, id);
    expect(messages.at(-1)?.type).toBe('complete');
    const events = messages.slice(0, -1).map(({ payload }) => payload!.data!.publishProgress);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_event, index) => index + 1));
    expect(events.at(-1)).toMatchObject({ stage: 'LISTED', status: 'SUCCEEDED' });
    expect(events.map(({ stage }) => stage)).toContain('SAMPLES_RUN');
    const read = await graphql(keys.acme, READ.replace('ID', id));
    expect(read.data?.publication).toMatchObject({ status: 'SUCCEEDED', finishedAt: expect.any(String) });
    expect(read.data?.publication?.events).toHaveLength(events.length);
  });

  it('show a publication to its own organization alone', async () => {
    const { data } = await graphql(keys.acme, PUBLISH, { input: { manifest: MANIFEST, files: LISTED, dryRun: true } });
    const { id } = data!.publishVersion!;
    expect((await graphql(keys.globex, READ.replace('ID', id))).data?.publication).toBeNull();
    const [refusal] = await progress(keys.globex, id);
    expect(refusal).toMatchObject({ type: 'error', payload: [{ extensions: { code: 'PUBLISHING.PUBLICATION_NOT_FOUND' } }] });
    expect((await progress(keys.acme, id)).at(-1)?.type).toBe('complete');
  });

  it('ask for a key that may publish', async () => {
    const input = { manifest: MANIFEST, files: LISTED };
    for (const [key, status, code] of [[undefined, 401, 'IDENTITY.UNAUTHENTICATED'], [keys.reader, 403, 'IDENTITY.FORBIDDEN']] as const) {
      expect((await upload(key, 'x')).status).toBe(status);
      expect((await fetch(`${url}/v1/uploads/sha256/${sha('x')}`, { method: 'HEAD', headers: bearer(key) })).status).toBe(status);
      expect((await graphql(key, PUBLISH, { input })).errors?.[0]?.extensions.code).toBe(code);
      expect((await graphql(key, READ)).errors?.[0]?.extensions.code).toBe(code);
      expect((await progress(key, 'x'))[0]).toMatchObject({ type: 'error', payload: [{ extensions: { code } }] });
    }
  });

  it('list the attempts of their own organization, newest first, page by page', async () => {
    const list = '{ publications(first: FIRST AFTER) { nodes { id model status } pageInfo { hasNextPage endCursor } } }';
    const ids: string[] = [];
    for (let attempt = 0; attempt < 3; attempt += 1) ids.unshift((await graphql(keys.acme, PUBLISH, { input: { manifest: MANIFEST, files: LISTED, dryRun: true } })).data!.publishVersion!.id);
    const page = async (key: string, after: string) => {
      const { data } = await graphql(key, list.replace('FIRST', '2').replace('AFTER', after));
      return (data as unknown as { publications: { nodes: { id: string }[]; pageInfo: { hasNextPage: boolean; endCursor: string } } }).publications;
    };
    const first = await page(keys.acme, '');
    expect(first.nodes.map(({ id }) => id)).toEqual(ids.slice(0, 2));
    expect(first.pageInfo.hasNextPage).toBe(true);
    expect((await page(keys.acme, `after: "${first.pageInfo.endCursor}"`)).nodes[0]?.id).toBe(ids[2]);
    expect((await page(keys.globex, '')).nodes).toEqual([]);
    for (const id of ids) await progress(keys.acme, id);
  });

  it('read a manifest as it is typed: problems with their lines, or what to publish', async () => {
    const query = 'query ($text: String!) { checkManifest(text: $text) { problems { path message line column } manifest } }';
    const check = async (text: string) => (await graphql(keys.acme, query, { text })).data!.checkManifest as unknown as { problems: unknown[]; manifest: unknown };
    const text = JSON.stringify(MANIFEST, undefined, 2);
    expect(await check(text)).toEqual({ problems: [], manifest: MANIFEST });
    expect(await check(text.replace('"1.0.0"', '"1"'))).toEqual({ problems: [{ path: 'version', message: expect.any(String), line: 4, column: 14 }], manifest: null });
    expect(await check('a: [')).toMatchObject({ problems: [{ line: 1 }], manifest: null });
    expect(await check('- '.repeat(40_000))).toMatchObject({ problems: [{ message: 'is nested too deep' }] });
    expect((await graphql(keys.reader, query, { text })).errors?.[0]?.extensions.code).toBe('IDENTITY.FORBIDDEN');
  });

  it('list every problem of a manifest', async () => {
    const { errors } = await graphql(keys.acme, PUBLISH, { input: { manifest: { ...MANIFEST, version: '1', colour: 'red' }, files: [] } });
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'PACKAGE.MANIFEST_INVALID', details: { problems: [{ path: 'colour' }, { path: 'version' }] } });
  });
});
