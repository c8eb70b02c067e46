import 'reflect-metadata';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { request, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Module } from '@nestjs/common';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { Catalog } from '@steelyard/domain-catalog';
import { OrganizationHandles } from '@steelyard/domain-identity';
import { newId, type Caller } from '@steelyard/kernel';
import { BLOB_STORE, createFolderBlobStore, type BlobStore } from '@steelyard/platform-blob-store';
import { CONFIG } from '@steelyard/platform-config';
import { DATABASE } from '@steelyard/platform-database';
import { rememberIdentified } from '@steelyard/platform-graphql';
import { ErrorFilter } from '@steelyard/platform-http';
import { describeDatabase } from '@steelyard/test-support';
import { Possessions } from '../persistence/possessions.repository.js';
import { Publications } from '../persistence/publications.repository.js';
import { ReceiveUpload } from './receive-upload.js';
import { UnpublishedFiles } from './unpublished-files.js';
import { UploadsController } from './uploads.controller.js';

const sha = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const LIMIT_BYTES = 100_000;

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: { error?: { code: string; fix?: string } };
}

describeDatabase('uploads over HTTP', (context) => {
  let app: NestFastifyApplication;
  let blobs: BlobStore;
  let dir: string;
  const callers: Record<string, Caller> = Object.fromEntries(
    ['acme', 'globex'].map((handle) => [handle, { organizationId: newId(), organizationHandle: handle, actorId: handle, scopes: new Set(['models:publish'] as const) }]),
  );

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'steelyard-uploads-'));
    blobs = createFolderBlobStore(dir);

    @Module({
      controllers: [UploadsController],
      providers: [
        Catalog,
        OrganizationHandles,
        Possessions,
        Publications,
        ReceiveUpload,
        UnpublishedFiles,
        { provide: BLOB_STORE, useValue: blobs },
        { provide: DATABASE, useValue: context.database() },
        { provide: CONFIG, useValue: { uploadLimitBytes: LIMIT_BYTES, unpublishedLimitBytes: 10_000_000, keepUnpublishedHours: 1 } },
      ],
    })
    class UploadsModule {}

    const testing = await Test.createTestingModule({ imports: [UploadsModule] }).compile();
    // The body limit of other routes does not concern uploads.
    app = testing.createNestApplication<NestFastifyApplication>(new FastifyAdapter({ bodyLimit: 1_000 }));
    app.useGlobalFilters(new ErrorFilter({ error: () => undefined }));
    app.getHttpAdapter().getInstance().addHook('onRequest', (incoming, _reply, done) => {
      rememberIdentified(incoming, { caller: callers[String(incoming.headers.authorization)] });
      done();
    });
    await app.listen(0, '127.0.0.1');
  });
  afterAll(async () => {
    await app.close();
    await rm(dir, { recursive: true });
  });

  /** `breakAfter` drops the connection once so many bytes were sent and received. */
  function send(method: 'HEAD' | 'PATCH', sha256: string, options: { as?: string; headers?: Record<string, string>; bytes?: Uint8Array; breakAfter?: number } = {}): Promise<Answer> {
    const { as = 'acme', bytes, breakAfter } = options;
    const headers = { authorization: as, ...(method === 'PATCH' && { 'content-type': 'application/offset+octet-stream' }), ...options.headers };
    return new Promise((resolve, reject) => {
      const port = (app.getHttpServer().address() as AddressInfo).port;
      const outgoing = request({ port, host: '127.0.0.1', method, path: `/v1/uploads/sha256/${sha256}`, headers }, (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          resolve({ status: incoming.statusCode!, headers: incoming.headers, body: (text === '' ? {} : JSON.parse(text)) as Answer['body'] });
        });
      });
      outgoing.on('error', reject);
      if (breakAfter === undefined) return void outgoing.end(bytes);
      outgoing.setHeader('content-length', bytes!.length);
      outgoing.write(bytes!.subarray(0, breakAfter));
      void until(async () => ((await readdir(join(dir, 'uploads'))).length > 0 ? (await blobs.findUploads('')).some(({ offset }) => offset === breakAfter) : false)).then(() => outgoing.destroy(new Error('broken off')));
    });
  }

  const patch = (bytes: Uint8Array, options: { offset?: number; length?: number; as?: string; sha256?: string; breakAfter?: number; headers?: Record<string, string> } = {}): Promise<Answer> => {
    const { offset = 0, length = bytes.length, as, breakAfter, headers } = options;
    return send('PATCH', options.sha256 ?? sha(bytes), { ...(as && { as }), ...(breakAfter !== undefined && { breakAfter }), bytes, headers: { 'upload-offset': String(offset), 'upload-length': String(length), ...headers } });
  };

  it('takes a file in one part', async () => {
    const bytes = randomBytes(50_000);
    expect((await send('HEAD', sha(bytes))).status).toBe(404);
    expect(await patch(bytes)).toMatchObject({ status: 204, headers: { 'upload-offset': '50000' } });
    expect(await send('HEAD', sha(bytes))).toMatchObject({ status: 200, headers: { 'upload-offset': '50000', 'upload-length': '50000' } });
  });

  it('goes on where a connection broke off', async () => {
    const bytes = randomBytes(60_000);
    await expect(patch(bytes, { breakAfter: 20_000 })).rejects.toThrow('broken off');
    // The server may still be noticing that the connection is gone.
    await until(async () => (await patch(bytes.subarray(0, 0), { sha256: sha(bytes), length: 60_000, offset: 1 })).body.error?.code === 'BLOB.OFFSET_MISMATCH');
    expect(await send('HEAD', sha(bytes))).toMatchObject({ status: 200, headers: { 'upload-offset': '20000', 'upload-length': '60000' } });
    const rest = { sha256: sha(bytes), length: 60_000 };
    expect(await patch(bytes.subarray(30_000), { ...rest, offset: 30_000 })).toMatchObject({ status: 409, headers: { 'upload-offset': '20000' }, body: { error: { code: 'BLOB.OFFSET_MISMATCH' } } });
    expect(await patch(bytes.subarray(20_000, 30_000), { ...rest, offset: 20_000 })).toMatchObject({ status: 204, headers: { 'upload-offset': '30000' } });
    expect((await patch(bytes.subarray(30_000), { ...rest, offset: 30_000 })).status).toBe(204);
    expect(await blobs.size(sha(bytes))).toBe(60_000);
  });

  it('takes the same file from two tabs at once, whole', async () => {
    const bytes = randomBytes(90_000);
    /** As a browser does it: parts of 1,000 bytes, and after any refusal on from where the server is. */
    const tab = async (): Promise<number> => {
      let [offset, refusals] = [0, 0];
      while (offset < bytes.length) {
        const answer = await patch(bytes.subarray(offset, offset + 1_000), { sha256: sha(bytes), length: bytes.length, offset });
        expect([204, 409]).toContain(answer.status);
        if (answer.status === 409) refusals += 1;
        const known = answer.headers['upload-offset'];
        if (known !== undefined) offset = Number(known);
        else offset = Number((await send('HEAD', sha(bytes))).headers['upload-offset'] ?? 0);
        // Whoever is told that all is here must find it so.
        if (offset === bytes.length) expect(await send('HEAD', sha(bytes))).toMatchObject({ status: 200, headers: { 'upload-offset': '90000', 'upload-length': '90000' } });
      }
      return refusals;
    };
    const refusals = await Promise.all([tab(), tab()]);
    expect(refusals[0] + refusals[1]).toBeGreaterThan(0);
    expect(sha(await buffer(blobs.open(sha(bytes))))).toBe(sha(bytes));
    expect((await readdir(join(dir, 'uploads'))).filter((name) => name.includes(sha(bytes)))).toEqual([]);
  });

  it('tells nobody that a file is here before it is checked', async () => {
    const bytes = randomBytes(80_000);
    const rounds = await Promise.all(Array.from({ length: 8 }, () => patch(bytes)));
    const after = await send('HEAD', sha(bytes));
    expect(after).toMatchObject({ status: 200, headers: { 'upload-offset': '80000' } });
    expect(rounds.filter(({ status }) => status === 204)).toHaveLength(1);
    for (const { status, body } of rounds) if (status !== 204) expect(['BLOB.UPLOAD_BUSY', 'BLOB.OFFSET_MISMATCH']).toContain(body.error?.code);
  });

  it('refuses bytes that are not the file, and begins again', async () => {
    const [bytes, other] = [randomBytes(10), randomBytes(10)];
    expect(await patch(other, { sha256: sha(bytes) })).toMatchObject({ status: 422, body: { error: { code: 'BLOB.DIGEST_MISMATCH', fix: expect.stringContaining('again') } } });
    expect((await send('HEAD', sha(bytes))).status).toBe(404);
    expect((await patch(bytes)).status).toBe(204);
  });

  it('says nothing of what another organization sent', async () => {
    const bytes = randomBytes(100);
    expect((await patch(bytes.subarray(0, 40), { sha256: sha(bytes), length: 100, as: 'globex' })).status).toBe(204);
    expect((await send('HEAD', sha(bytes))).status).toBe(404);
    expect((await patch(bytes.subarray(40), { sha256: sha(bytes), length: 100, offset: 40, as: 'globex' })).status).toBe(204);
    expect((await send('HEAD', sha(bytes))).status).toBe(404);
    expect(await patch(bytes.subarray(99), { sha256: sha(bytes), length: 100, offset: 99 })).toMatchObject({ status: 409, headers: { 'upload-offset': '0' } });
    expect((await patch(bytes)).status).toBe(204);
    expect((await send('HEAD', sha(bytes))).status).toBe(200);
  });

  it('refuses what is over the limit before a byte is kept', async () => {
    const bytes = randomBytes(10);
    expect(await patch(bytes, { length: LIMIT_BYTES + 1 })).toMatchObject({ status: 413, body: { error: { code: 'PUBLISHING.UPLOAD_TOO_LARGE' } } });
    expect(await patch(bytes, { length: 5 })).toMatchObject({ status: 413, body: { error: { code: 'BLOB.TOO_LARGE' } } });
    expect((await send('HEAD', sha(bytes))).status).toBe(404);
  });

  it('checks what came when the process ended just before', async () => {
    const bytes = randomBytes(10);
    const parts = async function* () {
      yield await Promise.resolve(bytes);
    };
    await blobs.append(`${callers['acme']!.organizationId}-${sha(bytes)}-10`, 0, parts(), { maxBytes: 10 });
    expect(await send('HEAD', sha(bytes))).toMatchObject({ status: 200, headers: { 'upload-offset': '10' } });
    expect(await blobs.size(sha(bytes))).toBe(10);
  });

  it('takes a file of no bytes', async () => {
    expect(await patch(new Uint8Array(0))).toMatchObject({ status: 204, headers: { 'upload-offset': '0' } });
    expect(await send('HEAD', sha(new Uint8Array(0)))).toMatchObject({ status: 200, headers: { 'upload-length': '0' } });
  });

  it.each([
    [{ 'upload-offset': 'x' }, 400, 'PUBLISHING.UPLOAD_HEADER_INVALID'],
    [{ 'upload-length': '-1' }, 400, 'PUBLISHING.UPLOAD_HEADER_INVALID'],
    [{ 'content-type': 'application/json' }, 400, expect.anything()],
  ])('refuses the headers %j', async (headers: Record<string, string>, status, code) => {
    expect(await patch(randomBytes(10), { headers })).toMatchObject({ status, body: { error: { code } } });
  });

  it('refuses a name that is no sha256', async () => {
    expect((await send('HEAD', '..%2f..%2fetc')).status).toBe(400);
    expect((await send('HEAD', 'A'.repeat(64))).status).toBe(400);
  });
});

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setImmediate(resolve));
}
