import { createHash, randomBytes } from 'node:crypto';
import { chmod, copyFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ArtifactKeys, createFolderBlobStore, type BlobStore } from '../index.js';

const CHUNK = 256 * 1024;
const SEALED_CHUNK = CHUNK + 16;
const [first, second] = [randomBytes(32), randomBytes(32)];
const sha = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const refusal = (code: string, message: RegExp) => expect.objectContaining({ code, message: expect.stringMatching(message) });

let dir: string;
const pathOf = (sha256: string, ending = ''): string => join(dir, 'sha256', sha256.slice(0, 2), sha256 + ending);
const open = (...keys: Buffer[]): BlobStore => createFolderBlobStore(dir, { keys: keys.length > 0 ? new ArtifactKeys(keys as [Buffer]) : undefined });

async function put(store: BlobStore, bytes: Buffer, uploadId = 'u'): Promise<string> {
  await store.append(uploadId, 0, (async function* () { yield await Promise.resolve(bytes); })(), { maxBytes: bytes.length });
  await store.commit(uploadId, sha(bytes), bytes.length);
  return sha(bytes);
}

/** The sha256 of what a store gives, by which two blobs are the same; Jest compares large buffers slowly. */
const read = async (store: BlobStore, name: string): Promise<string> => sha(await buffer(store.open(name)));

async function change(path: string, by: (bytes: Buffer) => Buffer): Promise<void> {
  const bytes = by(await readFile(path));
  await chmod(path, 0o600);
  await writeFile(path, bytes);
}

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'steelyard-sealed-'));
});
afterEach(() => rm(dir, { recursive: true }));

describe('a sealed blob', () => {
  it.each([0, 1, 1_000, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])('of %i bytes is what was sent, and is not on the disk', async (size) => {
    const store = open(first);
    const bytes = randomBytes(size);
    const name = await put(store, bytes);
    expect(await store.size(name)).toBe(size);
    expect(await read(store, name)).toBe(name);
    await store.materialize([{ path: 'a/model.bin', sha256: name }], join(dir, 'model'));
    expect(sha(await readFile(join(dir, 'model/a/model.bin')))).toBe(name);
    expect((await readdir(join(pathOf(name), '..'))).sort()).toEqual([`${name}.key`, `${name}.sealed`]);
    if (size >= 16) expect((await readFile(pathOf(name, '.sealed'))).includes(bytes.subarray(0, 16))).toBe(false);
  });

  const damages: [string, RegExp, (bytes: Buffer) => Buffer][] = [
    ['a flipped bit', /chunk 2 of 3 does not open/, (bytes) => bytes.fill(bytes[SEALED_CHUNK + 5]! ^ 1, SEALED_CHUNK + 5, SEALED_CHUNK + 6)],
    ['a lost end', /bytes on disk/, (bytes) => bytes.subarray(0, bytes.length - 1)],
    ['a lost last chunk', /bytes on disk/, (bytes) => bytes.subarray(0, 2 * SEALED_CHUNK)],
    ['two chunks in each other\'s place', /chunk 1 of 3/, (bytes) => Buffer.concat([bytes.subarray(SEALED_CHUNK, 2 * SEALED_CHUNK), bytes.subarray(0, SEALED_CHUNK), bytes.subarray(2 * SEALED_CHUNK)])],
    ['the last chunk where another was', /chunk 1 of 3/, (bytes) => Buffer.concat([bytes.subarray(2 * SEALED_CHUNK), bytes.subarray(SEALED_CHUNK)])],
  ];

  it.each(damages)('is refused after %s', async (_what, message, by) => {
    const store = open(first);
    const name = await put(store, randomBytes(3 * CHUNK));
    await change(pathOf(name, '.sealed'), by);
    await expect(buffer(store.open(name))).rejects.toEqual(refusal('BLOB.DAMAGED', message));
    await expect(store.materialize([{ path: 'model.bin', sha256: name }], join(dir, 'model'))).rejects.toEqual(refusal('BLOB.DAMAGED', message));
    expect(await readdir(join(dir, 'model'))).toEqual([]);
  });

  it('is refused when it is another one, or a shorter one by its header', async () => {
    const store = open(first);
    const [one, other] = [await put(store, randomBytes(2 * CHUNK)), await put(store, randomBytes(2 * CHUNK), 'v')];
    await rm(pathOf(one, '.sealed'));
    await copyFile(pathOf(other, '.sealed'), pathOf(one, '.sealed'));
    await expect(buffer(store.open(one))).rejects.toEqual(refusal('BLOB.DAMAGED', /chunk 1 of 2/));
    await rm(pathOf(one, '.key'));
    await copyFile(pathOf(other, '.key'), pathOf(one, '.key'));
    await expect(buffer(store.open(one))).rejects.toEqual(refusal('BLOB.DAMAGED', /header was changed/));
    await change(pathOf(other, '.key'), (bytes) => Buffer.from(bytes.toString().replace(`"size":${2 * CHUNK}`, `"size":${CHUNK}`)));
    await change(pathOf(other, '.sealed'), (bytes) => bytes.subarray(0, SEALED_CHUNK));
    await expect(buffer(store.open(other))).rejects.toEqual(refusal('BLOB.DAMAGED', /header was changed/));
  });

  it('is not opened without its key, and says which that is', async () => {
    const name = await put(open(first), randomBytes(10));
    for (const store of [open(), open(second)]) await expect(buffer(store.open(name))).rejects.toEqual(refusal('BLOB.SEALED', /with the artifact key [0-9a-f]{16}/));
    await change(pathOf(name, '.key'), () => Buffer.from('{'));
    await expect(buffer(open(first).open(name))).rejects.toEqual(refusal('BLOB.DAMAGED', /header is none/));
  });

  it('may be one of many of the same content at once', async () => {
    const store = open(first);
    const bytes = randomBytes(CHUNK + 10);
    await Promise.all(Array.from({ length: 6 }, (_item, index) => put(store, bytes, `u${index}`)));
    expect(await read(store, sha(bytes))).toBe(sha(bytes));
  });
});

describe('sealing what is there', () => {
  it('seals plain blobs and the keys of sealed ones, whose bodies stay', async () => {
    const [plain, sealed] = [randomBytes(CHUNK + 1), randomBytes(100)];
    await put(open(), plain);
    await put(open(first), sealed);
    const body = await readFile(pathOf(sha(sealed), '.sealed'));
    const store = open(second, first);
    expect(await read(store, sha(plain))).toBe(sha(plain));
    expect(await store.sealAll(60_000)).toEqual({ sealed: 1, rewrapped: 1, current: 0, left: 0, failed: [] });
    expect(await store.sealAll(60_000)).toEqual({ sealed: 0, rewrapped: 0, current: 2, left: 0, failed: [] });
    expect((await readFile(pathOf(sha(sealed), '.sealed'))).equals(body)).toBe(true);
    const without = open(second);
    expect([await read(without, sha(plain)), await read(without, sha(sealed))]).toEqual([sha(plain), sha(sealed)]);
    await expect(readFile(pathOf(sha(plain)))).rejects.toThrow('ENOENT');
  });

  it('can be broken off by time, and names what it cannot open', async () => {
    await put(open(), randomBytes(10));
    const lost = await put(open(first), randomBytes(11));
    const store = open(second);
    expect(await store.sealAll(-1)).toMatchObject({ sealed: 0, left: 2 });
    expect(await store.sealAll(60_000)).toMatchObject({ sealed: 1, failed: [{ sha256: lost, reason: expect.stringContaining('artifact key') }] });
    await expect(open().sealAll(1)).rejects.toEqual(refusal('BLOB.NO_ARTIFACT_KEYS', /no key/));
  });
});
