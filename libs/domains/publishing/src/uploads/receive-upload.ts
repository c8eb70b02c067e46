import { Inject, Injectable } from '@nestjs/common';
import { AppError, type Caller } from '@steelyard/kernel';
import { BLOB_STORE, blobErrors, type BlobStore } from '@steelyard/platform-blob-store';
import { CONFIG, type Config } from '@steelyard/platform-config';
import { isSha256 } from '../check-request.js';
import { publishingErrors } from '../errors.js';
import { Possessions } from '../persistence/possessions.repository.js';
import { UnpublishedFiles } from './unpublished-files.js';
import { readUploadId, uploadIdOf, uploadsOfFile } from './upload-id.js';

export interface UploadState {
  /** Bytes that are here. Equal to `length` only when the file is complete, checked, and the organization's. */
  readonly offset: number;
  readonly length: number;
}

export interface UploadPart {
  readonly sha256: string;
  readonly offset: number;
  /** Of the whole file. */
  readonly length: number;
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** Takes files in, part by part, for one organization each. Bytes that another one sent already are sent all the same. */
@Injectable()
export class ReceiveUpload {
  readonly #writing = new Map<string, Promise<unknown>>();

  constructor(
    @Inject(BLOB_STORE) private readonly blobs: BlobStore,
    @Inject(Possessions) private readonly possessions: Possessions,
    @Inject(CONFIG) private readonly config: Pick<Config, 'uploadLimitBytes'>,
    @Inject(UnpublishedFiles) private readonly unpublished: UnpublishedFiles,
  ) {}

  /**
   * How much of a file this organization has sent.
   * @throws AppError `PUBLISHING.UPLOAD_NOT_FOUND` | `BLOB.NAME_INVALID`
   */
  async stateOf(caller: Caller, sha256: string): Promise<UploadState> {
    const length = await this.#possessed(caller, sha256);
    if (length !== undefined) return { offset: length, length };
    for (const { uploadId, offset } of await this.blobs.findUploads(uploadsOfFile({ tenantId: caller.organizationId, sha256 }))) {
      const { length: announced } = readUploadId(uploadId);
      if (offset < announced) return { offset, length: announced };
      const writing = this.#writing.get(uploadId);
      // All bytes came: another request is checking them, or the process ended before it had.
      if (writing) await writing.catch(() => undefined);
      else await this.#alone(uploadId, () => this.#complete(caller, { uploadId, sha256, length: announced }));
      return this.stateOf(caller, sha256);
    }
    throw publishingErrors.UPLOAD_NOT_FOUND({ sha256 });
  }

  /**
   * Adds bytes to a file; with the last one it is checked and becomes the organization's.
   * @returns how many bytes are here afterwards.
   * @throws AppError `PUBLISHING.UPLOAD_TOO_LARGE` | `PUBLISHING.UNPUBLISHED_OVER_LIMIT` | `PUBLISHING.UPLOAD_INTERRUPTED` | `BLOB.*`
   */
  async receive(caller: Caller, part: UploadPart): Promise<number> {
    const { sha256, length, offset } = part;
    const limitBytes = this.config.uploadLimitBytes;
    if (length > limitBytes) throw publishingErrors.UPLOAD_TOO_LARGE({ size: length, limitBytes });
    const name = { tenantId: caller.organizationId, sha256, length };
    const uploadId = uploadIdOf(name);
    return this.#alone(uploadId, async () => {
      const possessed = await this.#possessed(caller, sha256);
      if (possessed !== undefined) throw blobErrors.OFFSET_MISMATCH({ expected: possessed, given: offset });
      if (offset === 0) await this.unpublished.checkRoom(name, [...this.#writing.keys()].map(readUploadId));
      return this.#append(caller, uploadId, part);
    });
  }

  async #append(caller: Caller, uploadId: string, { sha256, offset, length, bytes }: UploadPart): Promise<number> {
    const received = await this.blobs.append(uploadId, offset, bytes, { maxBytes: length }).catch((error: unknown) => {
      // Not ours: the sender went away. What came is kept.
      throw error instanceof AppError ? error : publishingErrors.UPLOAD_INTERRUPTED({ sha256 }, error);
    });
    if (received === length) await this.#complete(caller, { uploadId, sha256, length });
    return received;
  }

  /**
   * From the first byte of a part until the file is checked and recorded, nobody else writes to the upload: who comes in between could be
   * told that all is here when it is not, or begin it anew.
   */
  async #alone<T>(uploadId: string, work: () => Promise<T>): Promise<T> {
    if (this.#writing.has(uploadId)) throw blobErrors.UPLOAD_BUSY({ uploadId });
    const writing = work();
    this.#writing.set(uploadId, writing);
    try {
      return await writing;
    } finally {
      this.#writing.delete(uploadId);
    }
  }

  async #possessed(caller: Caller, sha256: string): Promise<number | undefined> {
    if (!isSha256(sha256)) throw blobErrors.NAME_INVALID({ name: sha256 });
    const length = (await this.possessions.use(caller.organizationId, [sha256])).get(sha256);
    return length !== undefined && (await this.blobs.has(sha256)) ? length : undefined;
  }

  async #complete(caller: Caller, { uploadId, sha256, length }: { uploadId: string; sha256: string; length: number }): Promise<void> {
    await this.blobs.alone(sha256, async () => {
      await this.blobs.commit(uploadId, sha256, length);
      await this.possessions.record(caller.organizationId, sha256, length);
    });
  }
}
