import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { DATABASE, Repeating, Rounds, type Database } from '@steelyard/platform-database';
import { LOGGER, type Logger } from '@steelyard/platform-observability';
import { DeliverEvents } from './deliver-events.js';
import { KEPT_DAYS } from './delivery.js';

const SEND_EVERY_MS = 1_000;
const FORGET_EVERY_MS = 10 * 60_000;
const FORGET_LOCK = 72_707_386;
const FORGET = `DELETE FROM webhook_event WHERE created_at < now() - make_interval(days => ${KEPT_DAYS})`;

/** Sends what is due, on every server, and forgets what is old, on one of them. */
@Injectable()
export class WebhooksJob implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #sending: Repeating;
  readonly #forgetting: Rounds;

  constructor(@Inject(DATABASE) database: Database, @Inject(LOGGER) log: Logger, @Inject(DeliverEvents) deliver: DeliverEvents) {
    this.#sending = new Repeating({ name: 'send webhooks', everyMs: SEND_EVERY_MS, log, work: async (signal) => void (await deliver.run(Date.now(), signal)) });
    this.#forgetting = new Rounds({ name: 'forget old webhooks', everyMs: FORGET_EVERY_MS, lock: FORGET_LOCK, database, log, work: async () => void (await database.pool.query(FORGET)) });
  }

  onApplicationBootstrap(): void {
    this.#sending.start();
    this.#forgetting.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.#sending.stop(), this.#forgetting.stop()]);
  }
}
