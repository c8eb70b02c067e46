import type { Readable } from 'node:stream';

export interface AppendOptions {
  /** How many bytes the upload may have in all; more is refused and nothing of this part is kept. */
  readonly maxBytes: number;
}

export interface BlobFile {
  /** Where to put it: relative, with forward slashes. */
  readonly path: string;
  readonly sha256: string;
}

/**
 * Files named by the sha256 of their content, in lower case hex, and uploads that become such files. What is here says
 * nothing of who may read it: that is for the caller to know.
 */
export interface BlobStore {
  has(sha256: string): Promise<boolean>;
  /** Bytes, or `undefined` when there is no such blob. */
  size(sha256: string): Promise<number | undefined>;
  /** @throws by the stream's `error` event when there is no such blob. */
  open(sha256: string): Readable;
  /** Where the blob is on this machine. Read only. */
  path(sha256: string): string;
  /** Bytes that an unfinished upload has so far, or `undefined` when there is none by that id. */
  uploadOffset(uploadId: string): Promise<number | undefined>;
  /** The unfinished uploads whose ids begin with `prefix`. */
  findUploads(prefix: string): Promise<{ readonly uploadId: string; readonly offset: number }[]>;
  /**
   * Adds a stream to the end of an upload, which the first part (offset 0) begins. When the stream breaks off, what came
   * is kept, so that the sender can go on from `uploadOffset`.
   * @returns the upload's size afterwards.
   * @throws AppError `BLOB.OFFSET_MISMATCH` | `BLOB.TOO_LARGE` | `BLOB.UPLOAD_BUSY`
   */
  append(uploadId: string, offset: number, part: AsyncIterable<Uint8Array>, options: AppendOptions): Promise<number>;
  /**
   * Ends an upload: it becomes the blob `sha256`, whole or not at all, and is on disk when the promise resolves.
   * @throws AppError `BLOB.DIGEST_MISMATCH` (the upload is gone then) | `BLOB.UPLOAD_MISSING` | `BLOB.UPLOAD_BUSY`
   */
  commit(uploadId: string, sha256: string, size: number): Promise<void>;
  /**
   * Puts blobs as read-only files under `dir`, by hard link where the file system can, else by copy.
   * @throws AppError `BLOB.MISSING` | `BLOB.PATH_INVALID`
   */
  materialize(files: readonly BlobFile[], dir: string): Promise<void>;
  /** Deletes uploads that nobody has added to for `olderThanMs`. @returns how many. */
  sweep(olderThanMs: number): Promise<number>;
}
