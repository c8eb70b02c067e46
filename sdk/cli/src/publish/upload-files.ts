import { open } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { type Client, readHttpError, SteelyardError } from '@steelyard/client';
import type { PackageFile, PackageFolder } from '@steelyard/model-package';
import { cliErrors } from '../errors.js';

export interface UploadOptions {
  readonly client: Pick<Client, 'request'>;
  readonly folder: Pick<PackageFolder, 'files' | 'pathOf'>;
  /** Told how many bytes of all files the platform has. */
  readonly onProgress?: ((bytes: number) => void) | undefined;
  readonly chunkBytes?: number | undefined;
  /** Between tries that made no progress; grows. */
  readonly retryDelayMs?: number | undefined;
}

export interface UploadReport {
  readonly filesSent: number;
  readonly filesKnown: number;
  readonly bytesSent: number;
}

const CHUNK_BYTES = 8 * 1024 * 1024;
const IDLE_TRIES_MAX = 6;

/**
 * Brings the package's files to the platform: asks for each by its sha256, sends only what is lacking, in pieces, and goes
 * on where an earlier try stopped.
 * @throws SteelyardError; AppError `CLI.UPLOAD_STUCK` | `CLI.FILE_CHANGED`
 */
export async function uploadFiles(options: UploadOptions): Promise<UploadReport> {
  const distinct = [...new Map(options.folder.files.map((file) => [file.sha256, file])).values()];
  const offsets = new Map<string, number>();
  const moved = (file: PackageFile, offset: number) => {
    offsets.set(file.sha256, offset);
    options.onProgress?.([...offsets.values()].reduce((sum, bytes) => sum + bytes, 0));
  };
  const lacking: PackageFile[] = [];
  for (const file of distinct) {
    const state = await askState(options.client, file);
    moved(file, state.offset);
    if (!state.isComplete) lacking.push(file);
  }
  let bytesSent = 0;
  for (const file of lacking) bytesSent += await sendFile(file, offsets.get(file.sha256)!, { ...options, moved });
  return { filesSent: lacking.length, filesKnown: distinct.length - lacking.length, bytesSent };
}

interface UploadState {
  readonly offset: number;
  readonly isComplete: boolean;
}

async function askState(client: Pick<Client, 'request'>, file: PackageFile): Promise<UploadState> {
  const response = await client.request(`/v1/uploads/sha256/${file.sha256}`, { method: 'HEAD' });
  if (response.status === 404) return { offset: 0, isComplete: false };
  if (!response.ok) throw readHttpError(response, '');
  const offset = Number(response.headers.get('upload-offset'));
  // Of an upload that was announced with another length nothing can be used.
  return Number(response.headers.get('upload-length')) === file.size ? { offset, isComplete: offset === file.size } : { offset: 0, isComplete: false };
}

type SendOptions = UploadOptions & { readonly moved: (file: PackageFile, offset: number) => void };

async function sendFile(file: PackageFile, start: number, options: SendOptions): Promise<number> {
  const { client, folder, moved, chunkBytes = CHUNK_BYTES, retryDelayMs = 250 } = options;
  const handle = await open(folder.pathOf(file));
  let state: UploadState = { offset: start, isComplete: false };
  let idleTries = 0;
  try {
    // An empty file needs one request too.
    while (!state.isComplete) {
      const { offset } = state;
      const chunk = Buffer.alloc(Math.min(chunkBytes, file.size - offset));
      const { bytesRead } = await handle.read(chunk, 0, chunk.length, offset);
      if (bytesRead !== chunk.length) throw cliErrors.FILE_CHANGED({ path: file.path });
      const reached = await sendChunk(client, file, { offset, chunk });
      if (reached !== undefined && (reached > offset || reached === file.size)) {
        state = { offset: reached, isComplete: reached === file.size };
        idleTries = 0;
      } else {
        if (++idleTries >= IDLE_TRIES_MAX) throw cliErrors.UPLOAD_STUCK({ path: file.path, offset, size: file.size });
        await pause(retryDelayMs * 2 ** (idleTries - 1));
        state = (await stateAfterFailure(client, file)) ?? state;
      }
      moved(file, state.offset);
    }
  } finally {
    await handle.close();
  }
  return Math.max(0, state.offset - start);
}

/** @returns how many bytes are there now; `undefined` when that is not known, because the connection or the server failed */
async function sendChunk(client: Pick<Client, 'request'>, file: PackageFile, { offset, chunk }: { offset: number; chunk: Buffer }): Promise<number | undefined> {
  let response: Response;
  let body: string;
  try {
    response = await client.request(`/v1/uploads/sha256/${file.sha256}`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/offset+octet-stream', 'upload-offset': String(offset), 'upload-length': String(file.size) },
      body: new Uint8Array(chunk),
    });
    body = await response.text();
  } catch {
    return undefined;
  }
  const reached = response.headers.get('upload-offset');
  if (response.ok && reached !== null) return Number(reached);
  if (response.status === 409) return reached === null ? undefined : Number(reached);
  const error = readHttpError(response, body);
  if (error.code === 'BLOB.DIGEST_MISMATCH') throw cliErrors.FILE_CHANGED({ path: file.path }, error);
  if (error.retryable || response.status >= 500) return undefined;
  throw error;
}

async function stateAfterFailure(client: Pick<Client, 'request'>, file: PackageFile): Promise<UploadState | undefined> {
  try {
    return await askState(client, file);
  } catch (error) {
    if (error instanceof SteelyardError && (error.retryable || error.kind === 'internal')) return undefined;
    throw error;
  }
}
