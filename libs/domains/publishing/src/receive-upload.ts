import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { AppError, type Caller } from '@steelyard/kernel';
import { BLOB_STORE, blobErrors, type BlobStore } from '@steelyard/platform-blob-store';
import { CONFIG, type Config } from '@steelyard/platform-config';
import { LOGGER, type Logger } from '@steelyard/platform-observability';
import { isSha256 } from './check-request.js';
import { publishingErrors } from './errors.js';
import { Possessions } from './persistence/possessions.repository.js';

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

const SWEEP_EVERY_MS = 60 * 60 * 1_000;
const ABANDONED_AFTER_MS = 24 * 60 * 60 * 1_000;

/** Takes files in, part by part, for one organization each. Bytes that another one sent already are sent all the same. */
@Injectable()
export class ReceiveUpload implements OnApplicationBootstrap, OnApplicationShutdown {
  #sweeping: NodeJS.Timeout | undefined;
  readonly #writing = new Map<string, Promise<unknown>>();

  constructor(
    @Inject(BLOB_STORE) private readonly blobs: BlobStore,
    @Inject(Possessions) private readonly possessions: Possessions,
    @Inject(CONFIG) private readonly config: Pick<Config, 'uploadLimitBytes'>,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  onApplicationBootstrap(): void {
    const sweep = (): void => {
      this.blobs.sweep(ABANDONED_AFTER_MS).catch((error: unknown) => this.log.warn({ err: error }, 'abandoned uploads could not be removed'));
    };
    sweep();
    this.#sweeping = setInterval(sweep, SWEEP_EVERY_MS).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.#sweeping);
  }

  /**
   * How much of a file this organization has sent.
   * @throws AppError `PUBLISHING.UPLOAD_NOT_FOUND` | `BLOB.NAME_INVALID`
   */
  async stateOf(caller: Caller, sha256: string): Promise<UploadState> {
    const length = await this.#possessed(caller, sha256);
    if (length !== undefined) return { offset: length, length };
    for (const { uploadId, offset } of await this.blobs.findUploads(uploadPrefix(caller, sha256))) {
      const announced = Number(uploadId.slice(uploadPrefix(caller, sha256).length));
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
   * @throws AppError `PUBLISHING.UPLOAD_TOO_LARGE` | `PUBLISHING.UPLOAD_INTERRUPTED` | `BLOB.*`
   */
  async receive(caller: Caller, part: UploadPart): Promise<number> {
    const { sha256, length } = part;
    const limitBytes = this.config.uploadLimitBytes;
    if (length > limitBytes) throw publishingErrors.UPLOAD_TOO_LARGE({ size: length, limitBytes });
    const uploadId = uploadPrefix(caller, sha256) + String(length);
    return this.#alone(uploadId, async () => {
      const possessed = await this.#possessed(caller, sha256);
      if (possessed !== undefined) throw blobErrors.OFFSET_MISMATCH({ expected: possessed, given: part.offset });
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
    const length = (await this.possessions.sizesOf(caller.organizationId, [sha256])).get(sha256);
    return length !== undefined && (await this.blobs.has(sha256)) ? length : undefined;
  }

  async #complete(caller: Caller, upload: { uploadId: string; sha256: string; length: number }): Promise<void> {
    await this.blobs.commit(upload.uploadId, upload.sha256, upload.length);
    await this.possessions.record(caller.organizationId, upload.sha256, upload.length);
  }
}

/** Per organization, so that nobody goes on with, or learns of, another's upload. */
function uploadPrefix(caller: Caller, sha256: string): string {
  return `${caller.organizationId}-${sha256}-`;
}
