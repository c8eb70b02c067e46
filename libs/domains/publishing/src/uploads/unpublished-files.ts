import { Inject, Injectable } from '@nestjs/common';
import { Catalog } from '@steelyard/domain-catalog';
import { BLOB_STORE, type BlobStore } from '@steelyard/platform-blob-store';
import { CONFIG, type Config } from '@steelyard/platform-config';
import { publishingErrors } from '../errors.js';
import { Possessions } from '../persistence/possessions.repository.js';
import { Publications } from '../persistence/publications.repository.js';
import { readUploadId, uploadsOf, type UploadName } from './upload-id.js';

const HOUR_MS = 60 * 60 * 1_000;

export interface UnpublishedFile {
  readonly sha256: string;
  /** Bytes of the whole file. */
  readonly size: number;
  /** Bytes that are here; fewer than `size` while it is being sent. */
  readonly received: number;
  /** When it is removed if nobody uses it before; undefined while it is being sent. */
  readonly removedAt: Date | undefined;
}

/** The files that an organization has sent, or is sending, and that none of its versions names: how much they may take, and how they go. */
@Injectable()
export class UnpublishedFiles {
  constructor(
    @Inject(BLOB_STORE) private readonly blobs: BlobStore,
    @Inject(Possessions) private readonly possessions: Possessions,
    @Inject(Publications) private readonly publications: Publications,
    @Inject(Catalog) private readonly catalog: Catalog,
    @Inject(CONFIG) private readonly config: Pick<Config, 'unpublishedLimitBytes' | 'keepUnpublishedHours'>,
  ) {}

  get limitBytes(): number {
    return this.config.unpublishedLimitBytes;
  }

  /** Those that go next first, and those that are being sent last. */
  async list(tenantId: string): Promise<UnpublishedFile[]> {
    const held = await this.possessions.list(tenantId);
    const named = await this.catalog.namedFiles(held.map(({ sha256 }) => sha256), tenantId);
    const whole = held
      .filter(({ sha256 }) => !named.has(sha256))
      .map(({ sha256, size, usedAt }) => ({ sha256, size, received: size, removedAt: new Date(usedAt.getTime() + this.config.keepUnpublishedHours * HOUR_MS) }));
    const begun = (await this.blobs.findUploads(uploadsOf(tenantId))).map(({ uploadId, offset }) => {
      const { sha256, length } = readUploadId(uploadId);
      return { sha256, size: length, received: offset, removedAt: undefined };
    });
    return [...whole, ...begun];
  }

  /**
   * Whether an upload may begin.
   * @param others the uploads that are about to begin too, of which there may be no byte here yet.
   * @throws AppError `PUBLISHING.UNPUBLISHED_OVER_LIMIT`
   */
  async checkRoom({ tenantId, sha256, length }: UploadName, others: readonly UploadName[]): Promise<void> {
    const files = await this.list(tenantId);
    const isNew = (other: UploadName): boolean => other.tenantId === tenantId && !files.some((file) => file.sha256 === other.sha256 && file.size === other.length);
    const sizes = [...files.map((file) => ({ ...file, length: file.size })), ...others.filter(isNew)].filter((file) => file.sha256 !== sha256 || file.length !== length);
    const heldBytes = sizes.reduce((sum, file) => sum + file.length, 0);
    const { limitBytes } = this;
    if (heldBytes + length > limitBytes) throw publishingErrors.UNPUBLISHED_OVER_LIMIT({ size: length, heldBytes, limitBytes, hours: this.config.keepUnpublishedHours });
  }

  /**
   * Removes files that an organization names.
   * @throws AppError `PUBLISHING.FILE_NOT_UNPUBLISHED` | `PUBLISHING.PUBLICATION_RUNNING` | `BLOB.UPLOAD_BUSY`
   */
  async remove(tenantId: string, sha256s: readonly string[]): Promise<void> {
    const now = await this.possessions.now();
    const known = new Set((await this.list(tenantId)).map(({ sha256 }) => sha256));
    const unknown = sha256s.find((sha256) => !known.has(sha256));
    if (unknown !== undefined) throw publishingErrors.FILE_NOT_UNPUBLISHED({ sha256: unknown });
    if (!(await this.#removeUnused(tenantId, sha256s, now))) throw publishingErrors.PUBLICATION_RUNNING({});
    const begun = await this.blobs.findUploads(uploadsOf(tenantId));
    for (const { uploadId } of begun) if (sha256s.includes(readUploadId(uploadId).sha256)) await this.blobs.discard(uploadId);
  }

  /** Removes what was not used for as long as such files are kept. An organization that publishes just now is left for another time. */
  async removeExpired(): Promise<void> {
    const unusedSince = new Date((await this.possessions.now()).getTime() - this.config.keepUnpublishedHours * HOUR_MS);
    for (const [tenantId, sha256s] of await this.possessions.unusedSince(unusedSince)) await this.#removeUnused(tenantId, sha256s, unusedSince);
  }

  /**
   * The order is what keeps the files of versions. A publication marks its files as used when it begins, and they go only when they were not used since a time that
   * was read before; so of those that began earlier none may be running, and what they became is asked for after that.
   * @returns false when one is running: then nothing was removed.
   */
  async #removeUnused(tenantId: string, sha256s: readonly string[], unusedSince: Date): Promise<boolean> {
    if (await this.publications.isAnyRunning(tenantId)) return false;
    const named = await this.catalog.namedFiles(sha256s, tenantId);
    for (const sha256 of sha256s) {
      if (named.has(sha256)) continue;
      await this.blobs.alone(sha256, () => this.possessions.end({ tenantId, sha256 }, unusedSince, () => this.#removeIfNobodys({ tenantId, sha256 })));
    }
    return true;
  }

  /** Another's version may name it, and so may another's possession. */
  async #removeIfNobodys(key: { readonly tenantId: string; readonly sha256: string }): Promise<void> {
    if ((await this.possessions.isOthers(key)) || (await this.catalog.namedFiles([key.sha256])).has(key.sha256)) return;
    await this.blobs.remove(key.sha256);
  }
}
