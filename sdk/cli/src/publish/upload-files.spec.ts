import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createClient } from '@steelyard/client';
import { uploadFiles } from './upload-files.js';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** What to do with one PATCH instead of taking it; `undefined` takes it. */
type Fault = (request: IncomingMessage, response: ServerResponse, store: Map<string, Buffer>) => boolean;

/** The platform's upload route with a memory for a disk. `faults` are for the first PATCH requests, one each. */
async function serve(store: Map<string, Buffer>, ...faults: (Fault | undefined)[]) {
  const lengths = new Map<string, number>();
  const seen: string[] = [];
  const server = createServer((request, response) => {
    const hash = request.url!.split('/').at(-1)!;
    if (request.method === 'HEAD') {
      seen.push('HEAD');
      const bytes = store.get(hash);
      if (!bytes) return void response.writeHead(404).end();
      return void response.writeHead(200, { 'upload-offset': bytes.length, 'upload-length': lengths.get(hash) ?? bytes.length }).end();
    }
    seen.push(`PATCH ${String(request.headers['upload-offset'])}`);
    if (faults.shift()?.(request, response, store)) return;
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const before = store.get(hash) ?? Buffer.alloc(0);
      const length = Number(request.headers['upload-length']);
      lengths.set(hash, length);
      if (Number(request.headers['upload-offset']) !== before.length) return void response.writeHead(409, { 'upload-offset': before.length }).end('{}');
      const after = Buffer.concat([before, ...chunks]);
      if (after.length === length && createHash('sha256').update(after).digest('hex') !== hash) {
        return void response.writeHead(422).end(JSON.stringify({ error: { code: 'BLOB.DIGEST_MISMATCH', message: 'other bytes' } }));
      }
      store.set(hash, after);
      response.writeHead(204, { 'upload-offset': after.length }).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { seen, client: createClient({ baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, apiKey: 'k' }) };
}

async function folderOf(contents: Readonly<Record<string, Buffer>>) {
  const dir = await mkdtemp(join(tmpdir(), 'steelyard-upload-'));
  closing.push(() => rm(dir, { recursive: true }));
  for (const [path, bytes] of Object.entries(contents)) await writeFile(join(dir, path), bytes);
  const files = Object.entries(contents).map(([path, bytes]) => ({ path, size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') }));
  return { dir, files, pathOf: (file: { path: string }) => join(dir, file.path) };
}

const quick = { chunkBytes: 1000, retryDelayMs: 1 };

describe('uploadFiles', () => {
  it('sends what is lacking, each content once, in pieces', async () => {
    const [a, b] = [randomBytes(2500), randomBytes(10)];
    const folder = await folderOf({ 'a.bin': a, 'again.bin': a, 'b.bin': b, 'empty.bin': Buffer.alloc(0) });
    const store = new Map([[folder.files[2]!.sha256, b]]);
    const { client, seen } = await serve(store);
    const progress: number[] = [];
    const report = await uploadFiles({ client, folder, ...quick, onProgress: (bytes) => progress.push(bytes) });
    expect(report).toEqual({ filesSent: 2, filesKnown: 1, bytesSent: 2500 });
    expect(seen).toEqual(['HEAD', 'HEAD', 'HEAD', 'PATCH 0', 'PATCH 1000', 'PATCH 2000', 'PATCH 0']);
    expect(store.get(folder.files[0]!.sha256)).toEqual(a);
    expect(store.get(folder.files[3]!.sha256)).toEqual(Buffer.alloc(0));
    expect(progress.at(-1)).toBe(2510);
  });

  it('goes on where an earlier try stopped', async () => {
    const bytes = randomBytes(3000);
    const folder = await folderOf({ 'a.bin': bytes });
    const { sha256 } = folder.files[0]!;
    const store = new Map<string, Buffer>();
    const refused: Fault = (_request, response) => (response.writeHead(403).end(JSON.stringify({ error: { code: 'X.Y', message: 'no' } })), true);
    const { client } = await serve(store, undefined, refused);
    await expect(uploadFiles({ client, folder, ...quick })).rejects.toMatchObject({ code: 'X.Y' });
    expect(store.get(sha256)!.length).toBe(1000);
    const again = await serve(store);
    store.set(sha256, bytes.subarray(0, 1000));
    // The server says how long the file is to be only once it was told.
    await again.client.request(`/v1/uploads/sha256/${sha256}`, { method: 'PATCH', headers: { 'upload-offset': '1000', 'upload-length': '3000' }, body: new Uint8Array(bytes.subarray(1000, 1500)) });
    expect(await uploadFiles({ client: again.client, folder, ...quick })).toEqual({ filesSent: 1, filesKnown: 0, bytesSent: 1500 });
    expect(again.seen.slice(1)).toEqual(['HEAD', 'PATCH 1500', 'PATCH 2500']);
    expect(store.get(sha256)).toEqual(bytes);
  });

  it('survives lost connections, a busy server and another sender', async () => {
    const bytes = randomBytes(3000);
    const folder = await folderOf({ 'a.bin': bytes });
    const store = new Map<string, Buffer>();
    const reset: Fault = (request) => (request.socket.resetAndDestroy(), true);
    const busy: Fault = (request, response) => (request.resume(), response.writeHead(503).end(), true);
    const overtaken: Fault = (request, response, all) => {
      request.resume();
      all.set(folder.files[0]!.sha256, bytes.subarray(0, 2000));
      response.writeHead(409, { 'upload-offset': '2000' }).end('{}');
      return true;
    };
    const { client } = await serve(store, reset, busy, undefined, overtaken);
    await uploadFiles({ client, folder, ...quick });
    expect(store.get(folder.files[0]!.sha256)).toEqual(bytes);
  });

  it('gives up where nothing moves, and says so', async () => {
    const folder = await folderOf({ 'a.bin': randomBytes(10) });
    const busy: Fault = (request, response) => (request.resume(), response.writeHead(503).end(), true);
    const { client } = await serve(new Map(), ...Array<Fault>(10).fill(busy));
    await expect(uploadFiles({ client, folder, ...quick })).rejects.toMatchObject({ code: 'CLI.UPLOAD_STUCK', kind: 'unavailable' });
  });

  it('notices a file that changed since it was read', async () => {
    const folder = await folderOf({ 'a.bin': randomBytes(10) });
    const { client } = await serve(new Map());
    await writeFile(join(folder.dir, 'a.bin'), randomBytes(10));
    await expect(uploadFiles({ client, folder, ...quick })).rejects.toMatchObject({ code: 'CLI.FILE_CHANGED' });
    await writeFile(join(folder.dir, 'a.bin'), randomBytes(3));
    await expect(uploadFiles({ client, folder, ...quick })).rejects.toMatchObject({ code: 'CLI.FILE_CHANGED' });
  });
});
