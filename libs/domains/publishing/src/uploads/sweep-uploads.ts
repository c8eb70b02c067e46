import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { BLOB_STORE, type BlobStore } from '@steelyard/platform-blob-store';
import { LOGGER, type Logger } from '@steelyard/platform-observability';
import { UnpublishedFiles } from './unpublished-files.js';

const SWEEP_EVERY_MS = 60 * 60 * 1_000;
const ABANDONED_AFTER_MS = 24 * 60 * 60 * 1_000;

/** Removes what was sent and is of no use: uploads that nobody goes on with, and files that nobody publishes. */
@Injectable()
export class SweepUploads implements OnApplicationBootstrap, OnApplicationShutdown {
  #timer: NodeJS.Timeout | undefined;
  #sweeping: Promise<void> = Promise.resolve();

  constructor(
    @Inject(BLOB_STORE) private readonly blobs: BlobStore,
    @Inject(UnpublishedFiles) private readonly unpublished: UnpublishedFiles,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  onApplicationBootstrap(): void {
    const sweep = (): void => {
      this.#sweeping = this.#sweeping.then(() => this.#sweep());
    };
    sweep();
    this.#timer = setInterval(sweep, SWEEP_EVERY_MS).unref();
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.#timer);
    await this.#sweeping;
  }

  async #sweep(): Promise<void> {
    try {
      await this.blobs.sweep(ABANDONED_AFTER_MS);
      await this.unpublished.removeExpired();
    } catch (error) {
      this.log.warn({ err: error }, 'uploads that nobody uses could not be removed');
    }
  }
}
