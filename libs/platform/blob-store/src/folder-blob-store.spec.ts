import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createFolderBlobStore, type BlobStore } from './index.js';

let dir: string;
let store: BlobStore;
const pathOf = (sha256: string): string => join(dir, 'sha256', sha256.slice(0, 2), sha256);
const sha = (bytes: string | Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const refusal = (code: string, details: Record<string, unknown> = {}) => expect.objectContaining({ code, details: expect.objectContaining(details) });

async function* parts(...chunks: (string | Error)[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) {
    await Promise.resolve();
    if (chunk instanceof Error) throw chunk;
    yield Buffer.from(chunk);
  }
}
const options = { maxBytes: 1_000 };

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'steelyard-blobs-'));
  store = createFolderBlobStore(dir);
});
afterEach(() => rm(dir, { recursive: true }));

describe('an upload', () => {
  it('becomes a blob by its digest', async () => {
    expect(await store.uploadOffset('u')).toBeUndefined();
    expect(await store.append('u', 0, parts('hello ', 'world'), options)).toBe(11);
    expect(await store.has(sha('hello world'))).toBe(false);
    await store.commit('u', sha('hello world'), 11);
    expect(await store.size(sha('hello world'))).toBe(11);
    expect(await text(store.open(sha('hello world')))).toBe('hello world');
    expect(await store.uploadOffset('u')).toBeUndefined();
    expect((await stat(pathOf(sha('hello world')))).mode & 0o222).toBe(0);
  });

  it('leaves an equal blob where it is', async () => {
    const send = async (uploadId: string): Promise<number> => {
      await store.append(uploadId, 0, parts('same'), options);
      await store.commit(uploadId, sha('same'), 4);
      return (await stat(pathOf(sha('same')))).ino;
    };
    const first = await send('first');
    expect(await send('second')).toBe(first);
    expect(await store.uploadOffset('second')).toBeUndefined();
  });

  it('goes on where it broke off, also in a new process', async () => {
    await expect(store.append('u', 0, parts('hello ', new Error('connection lost')), options)).rejects.toThrow('connection lost');
    const reopened = createFolderBlobStore(dir);
    expect(await reopened.uploadOffset('u')).toBe(6);
    expect(await reopened.append('u', 6, parts('world'), options)).toBe(11);
    await reopened.commit('u', sha('hello world'), 11);
    expect(await store.has(sha('hello world'))).toBe(true);
  });

  it('refuses a part that begins elsewhere, and keeps what is there', async () => {
    await store.append('u', 0, parts('hello'), options);
    await expect(store.append('u', 3, parts('lo'), options)).rejects.toEqual(refusal('BLOB.OFFSET_MISMATCH', { expected: 5, given: 3 }));
    await expect(store.append('u', 0, parts('hello'), options)).rejects.toEqual(refusal('BLOB.OFFSET_MISMATCH', { expected: 5, given: 0 }));
    expect(await store.uploadOffset('u')).toBe(5);
  });

  it('is dropped when its bytes are not what was announced', async () => {
    await store.append('u', 0, parts('hello'), options);
    await expect(store.commit('u', sha('other'), 5)).rejects.toEqual(refusal('BLOB.DIGEST_MISMATCH', { actualSha256: sha('hello') }));
    expect(await store.uploadOffset('u')).toBeUndefined();
    expect(await store.has(sha('other'))).toBe(false);
    await expect(store.commit('u', sha('hello'), 5)).rejects.toEqual(refusal('BLOB.UPLOAD_MISSING'));
  });

  it('keeps nothing of a part that is too large', async () => {
    await store.append('u', 0, parts('12345'), { maxBytes: 8 });
    await expect(store.append('u', 5, parts('67', '89'), { maxBytes: 8 })).rejects.toEqual(refusal('BLOB.TOO_LARGE', { maxBytes: 8 }));
    expect(await store.uploadOffset('u')).toBe(5);
  });

  it('is written by one request at a time', async () => {
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    async function* slow(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('a');
      await gate;
      yield Buffer.from('b');
    }
    const first = store.append('u', 0, slow(), options);
    await expect(store.append('u', 0, parts('x'), options)).rejects.toEqual(refusal('BLOB.UPLOAD_BUSY'));
    await expect(store.commit('u', sha('a'), 1)).rejects.toEqual(refusal('BLOB.UPLOAD_BUSY'));
    release();
    expect(await first).toBe(2);
    await store.commit('u', sha('ab'), 2);
  });

  it('may be one of many of the same content at once', async () => {
    const bytes = randomBytes(300_000);
    async function* chunks(): AsyncGenerator<Uint8Array> {
      for (let at = 0; at < bytes.length; at += 10_000) yield await Promise.resolve(bytes.subarray(at, at + 10_000));
    }
    const ids = Array.from({ length: 8 }, (_item, index) => `u${index}`);
    await Promise.all(
      ids.map(async (id) => {
        await store.append(id, 0, chunks(), { maxBytes: bytes.length });
        await store.commit(id, sha(bytes), bytes.length);
        expect(sha(await readFile(pathOf(sha(bytes))))).toBe(sha(bytes));
      }),
    );
    expect(await readdir(join(dir, 'uploads'))).toEqual([]);
  });

  it('of nothing is a blob of nothing', async () => {
    await store.append('u', 0, parts(), options);
    await store.commit('u', sha(''), 0);
    expect(await store.size(sha(''))).toBe(0);
  });

  it('that nobody goes on with is swept', async () => {
    await store.append('old', 0, parts('x'), options);
    await store.append('new', 0, parts('x'), options);
    const longAgo = new Date(Date.now() - 60_000);
    await utimes(join(dir, 'uploads', 'old.part'), longAgo, longAgo);
    expect(await createFolderBlobStore(dir).sweep(30_000)).toBe(1);
    expect(await store.uploadOffset('old')).toBeUndefined();
    expect(await store.uploadOffset('new')).toBe(1);
  });

  it('is found by the beginning of its id', async () => {
    expect(await store.findUploads('a-')).toEqual([]);
    await store.append('a-1', 0, parts('x'), options);
    await store.append('b-1', 0, parts('xy'), options);
    expect(await store.findUploads('a-')).toEqual([{ uploadId: 'a-1', offset: 1 }]);
  });

  it('has an id that cannot be a path', async () => {
    await expect(store.append('../up', 0, parts('x'), options)).rejects.toThrow(RangeError);
    await expect(store.has('../../etc/passwd')).rejects.toEqual(refusal('BLOB.NAME_INVALID'));
  });
});

describe('materialize', () => {
  it('puts blobs where a package has them, read-only', async () => {
    await store.append('u', 0, parts('weights'), options);
    await store.commit('u', sha('weights'), 7);
    const target = join(dir, 'model');
    await store.materialize([{ path: 'a/model.bin', sha256: sha('weights') }, { path: 'copy.bin', sha256: sha('weights') }], target);
    expect(await readFile(join(target, 'a/model.bin'), 'utf8')).toBe('weights');
    expect((await stat(join(target, 'copy.bin'))).mode & 0o222).toBe(0);
  });

  it('puts nothing outside, over a file that is there, or from a blob that is not', async () => {
    await store.append('u', 0, parts('x'), options);
    await store.commit('u', sha('x'), 1);
    const target = join(dir, 'model');
    for (const path of ['../escaped', '/tmp/escaped', 'a/../../escaped', '.', 'a\\b']) {
      await expect(store.materialize([{ path, sha256: sha('x') }], target)).rejects.toEqual(refusal('BLOB.PATH_INVALID', { path }));
    }
    await expect(store.materialize([{ path: 'a', sha256: sha('missing') }], target)).rejects.toEqual(refusal('BLOB.MISSING'));
    await writeFile(join(target, 'taken'), 'mine');
    await expect(store.materialize([{ path: 'taken', sha256: sha('x') }], target)).rejects.toThrow('EEXIST');
    expect(await readFile(join(target, 'taken'), 'utf8')).toBe('mine');
  });
});
