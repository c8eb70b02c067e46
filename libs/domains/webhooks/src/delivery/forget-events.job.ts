import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { DATABASE, Rounds, type Database } from '@steelyard/platform-database';
import { LOGGER, type Logger } from '@steelyard/platform-observability';
import { KEPT_DAYS } from './delivery.js';

const EVERY_MS = 10 * 60_000;
const LOCK = 72_707_386;
const FORGET = `DELETE FROM webhook_event WHERE created_at < now() - make_interval(days => ${KEPT_DAYS})`;

/** Forgets what is old, on one server at a time. */
@Injectable()
export class ForgetEvents implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #rounds: Rounds;

  constructor(@Inject(DATABASE) database: Database, @Inject(LOGGER) log: Logger) {
    this.#rounds = new Rounds({ name: 'forget old webhooks', everyMs: EVERY_MS, lock: LOCK, database, log, work: async () => void (await database.pool.query(FORGET)) });
  }

  onApplicationBootstrap(): void {
    this.#rounds.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.#rounds.stop();
  }
}
