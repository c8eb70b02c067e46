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

/** What {@link BlobStore.sealAll} did, in numbers of blobs. */
export interface SealReport {
  /** That lay here plain. */
  readonly sealed: number;
  /** Whose keys were sealed with an older key. */
  readonly rewrapped: number;
  /** That were as they should be. */
  readonly current: number;
  /** For which there was no time. */
  readonly left: number;
  /** The sha256 of those that could not be changed, with why. */
  readonly failed: readonly { readonly sha256: string; readonly reason: string }[];
}

/**
 * Files named by the sha256 of their content, in lower case hex, and uploads that become such files. What is here says
 * nothing of who may read it: that is for the caller to know.
 */
export interface BlobStore {
  has(sha256: string): Promise<boolean>;
  /** Bytes, or `undefined` when there is no such blob. */
  size(sha256: string): Promise<number | undefined>;
  /** The content, opened where it is sealed. @throws by the stream's `error` event when there is no such blob, or when it is damaged. */
  open(sha256: string): Readable;
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
   * Puts blobs as read-only files under `dir`: by hard link where the file system can, else by copy; sealed ones opened.
   * @throws AppError `BLOB.MISSING` | `BLOB.PATH_INVALID` | `BLOB.SEALED` | `BLOB.DAMAGED`
   */
  materialize(files: readonly BlobFile[], dir: string): Promise<void>;
  /**
   * Seals the blobs that lie here plain, and the keys of those that are sealed with the newest of the installation's. Goes on with
   * the others when one fails. Begins none after `withinMs`; asked again it goes on with what is left.
   * @throws AppError `BLOB.NO_ARTIFACT_KEYS`
   */
  sealAll(withinMs: number): Promise<SealReport>;
  /** Deletes a blob, if it is there. Files that were put elsewhere by {@link BlobStore.materialize} stay. */
  remove(sha256: string): Promise<void>;
  /**
   * Runs `work` when what was given for this blob before has ended. Whoever notes that a blob is somebody's, and whoever removes one that is nobody's, does so in
   * here, and nothing is noted of a blob that is gone a moment later. The other methods do not wait for it.
   */
  alone<T>(sha256: string, work: () => Promise<T>): Promise<T>;
  /** Deletes an unfinished upload, if it is there. @throws AppError `BLOB.UPLOAD_BUSY` */
  discard(uploadId: string): Promise<void>;
  /** Deletes uploads that nobody has added to for `olderThanMs`. @returns how many. */
  sweep(olderThanMs: number): Promise<number>;
}
