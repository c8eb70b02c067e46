import { randomBytes } from 'node:crypto';
import { open, readFile, rename, rm, type FileHandle } from 'node:fs/promises';
import { blobErrors } from '../errors.js';
import type { ArtifactKeys, WrappedKey } from './artifact-keys.js';
import { KEY_BYTES, openChunk, PREFIX_BYTES, sealChunk, TAG_BYTES } from './cipher.js';

/** Of the plain file. Large enough that the work of a chunk is its bytes, small enough to be held in memory for many files at once. */
const CHUNK_BYTES = 256 * 1024;

/** Where a sealed blob is: `<sha256>.sealed`, and beside it what it takes to open it, which alone is written anew when keys change. */
export interface SealedPlace {
  readonly sha256: string;
  readonly body: string;
  readonly header: string;
}

interface Header {
  readonly format: 1;
  /** Bytes of the plain file. */
  readonly size: number;
  readonly chunkBytes: number;
  /** Of the chunks' nonces, base64. */
  readonly prefix: string;
  readonly key: WrappedKey;
}

export const sealedPlace = (plain: string, sha256: string): SealedPlace => ({ sha256, body: `${plain}.sealed`, header: `${plain}.key` });

/** What a data key is sealed for: this file in this shape, and no other. */
const contextOf = ({ sha256 }: SealedPlace, { size, chunkBytes, prefix }: Omit<Header, 'key' | 'format'>): string => `steelyard artifact 1 ${sha256} ${size} ${chunkBytes} ${prefix}`;

/** Seals the file `plain` into `place`. The header comes last: without it there is no blob. */
export async function sealFile(plain: string, place: SealedPlace, keys: ArtifactKeys): Promise<void> {
  const [key, prefix] = [randomBytes(KEY_BYTES), randomBytes(PREFIX_BYTES)];
  const draft = `${place.body}.new`;
  const source = await open(plain, 'r');
  let size = 0;
  try {
    ({ size } = await source.stat());
    await written(draft, async (target) => {
      const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
      for (let index = 0, at = 0; index === 0 || at < size; index += 1) {
        const length = await readFully(source, buffer, at);
        at += length;
        if (length < CHUNK_BYTES && at !== size) throw blobErrors.DAMAGED({ sha256: place.sha256, problem: 'it changed while it was sealed' });
        for (const part of sealChunk({ key, prefix }, buffer.subarray(0, length), { index, last: at === size })) await writeFully(target, part);
      }
    });
  } finally {
    await source.close();
  }
  await rename(draft, place.body);
  const shape = { size, chunkBytes: CHUNK_BYTES, prefix: prefix.toString('base64') };
  await writeHeader(place, { format: 1, ...shape, key: keys.wrap(key, contextOf(place, shape)) });
}

/** The plain bytes, each chunk only once it is proved to be the one that belongs there. @throws AppError `BLOB.MISSING` | `BLOB.SEALED` | `BLOB.DAMAGED` */
export async function* readSealed(place: SealedPlace, keys: ArtifactKeys | undefined): AsyncGenerator<Buffer> {
  const { sha256 } = place;
  const header = await readHeader(place);
  if (!header) throw blobErrors.MISSING({ sha256 });
  const chunkKey = { key: openKey(place, header, keys), prefix: Buffer.from(header.prefix, 'base64') };
  const file = await open(place.body, 'r');
  try {
    const chunks = Math.max(1, Math.ceil(header.size / header.chunkBytes));
    const { size } = await file.stat();
    if (size !== header.size + chunks * TAG_BYTES) throw blobErrors.DAMAGED({ sha256, problem: `it has ${size} bytes on disk, not ${header.size + chunks * TAG_BYTES}` });
    const buffer = Buffer.allocUnsafe(header.chunkBytes + TAG_BYTES);
    for (let index = 0, at = 0; index < chunks; index += 1) {
      const length = await readFully(file, buffer, at);
      at += length;
      const plain = openChunk(chunkKey, buffer.subarray(0, length), { index, last: index === chunks - 1 });
      if (!plain) throw blobErrors.DAMAGED({ sha256, problem: `chunk ${index + 1} of ${chunks} does not open` });
      yield plain;
    }
  } finally {
    await file.close();
  }
}

/** Bytes of the plain file; `undefined` when there is no such blob. */
export async function sealedSize(place: SealedPlace): Promise<number | undefined> {
  return (await readHeader(place))?.size;
}

/** With which key of the installation the data key is sealed; `undefined` when there is no such blob. */
export async function sealingKeyOf(place: SealedPlace): Promise<string | undefined> {
  return (await readHeader(place))?.key.keyId;
}

/** Seals the data key with the current key. The body stays as it is. @throws AppError `BLOB.MISSING` | `BLOB.SEALED` | `BLOB.DAMAGED` */
export async function rewrapKey(place: SealedPlace, keys: ArtifactKeys): Promise<void> {
  const header = await readHeader(place);
  if (!header) throw blobErrors.MISSING({ sha256: place.sha256 });
  await writeHeader(place, { ...header, key: keys.wrap(openKey(place, header, keys), contextOf(place, header)) });
}

function openKey(place: SealedPlace, header: Header, keys: ArtifactKeys | undefined): Buffer {
  const { sha256 } = place;
  if (!keys?.has(header.key.keyId)) throw blobErrors.SEALED({ sha256, keyId: header.key.keyId });
  const key = keys.unwrap(header.key, contextOf(place, header));
  if (!key) throw blobErrors.DAMAGED({ sha256, problem: 'its header was changed' });
  return key;
}

async function readHeader({ sha256, header }: SealedPlace): Promise<Header | undefined> {
  try {
    const read = JSON.parse(await readFile(header, 'utf8')) as Header;
    if (read.format === 1 && read.chunkBytes > 0) return read;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw blobErrors.DAMAGED({ sha256, problem: 'its header is none' });
}

/** Whole or not at all, also when the power fails. */
async function writeHeader({ header }: SealedPlace, content: Header): Promise<void> {
  const draft = `${header}.new`;
  await written(draft, (file) => file.writeFile(JSON.stringify(content)));
  await rename(draft, header);
}

async function written(path: string, write: (file: FileHandle) => Promise<void>): Promise<void> {
  await rm(path, { force: true });
  const file = await open(path, 'wx', 0o400);
  try {
    await write(file);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function readFully(file: FileHandle, buffer: Buffer, position: number): Promise<number> {
  let length = 0;
  while (length < buffer.length) {
    const { bytesRead } = await file.read(buffer, length, buffer.length - length, position + length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return length;
}

async function writeFully(file: FileHandle, bytes: Buffer): Promise<void> {
  for (let at = 0; at < bytes.length; ) at += (await file.write(bytes, at, bytes.length - at)).bytesWritten;
}
