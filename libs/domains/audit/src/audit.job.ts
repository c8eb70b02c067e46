import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { DATABASE, Rounds, type Database } from '@steelyard/platform-database';
import { LOGGER, type Logger } from '@steelyard/platform-observability';
import { SealEntries } from './seal-entries.js';

const EVERY_MS = 1_000;
const LOCK = 72_707_398;

/** Seals entries soon after they were written. Whoever reads the log has them sealed before. */
@Injectable()
export class AuditJob implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #rounds: Rounds;

  constructor(@Inject(DATABASE) database: Database, @Inject(LOGGER) log: Logger, @Inject(SealEntries) sealing: SealEntries) {
    this.#rounds = new Rounds({ database, log, name: 'audit', everyMs: EVERY_MS, lock: LOCK, work: () => sealing.run() });
  }

  onApplicationBootstrap(): void {
    this.#rounds.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#rounds.stop();
  }
}
