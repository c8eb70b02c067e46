import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { DATABASE, Rounds, type Database } from '@steelyard/platform-database';
import { LOGGER, type Logger } from '@steelyard/platform-observability';

const EVERY_MS = 60_000;
/** For the advisory lock by which one server deletes at a time. */
const LOCK = 72_707_379;
/** Rows of one statement: it holds no lock for long. */
const AT_A_TIME = 1_000;

/** Deletes what was kept of calls when its time is over. Nobody is shown it from that moment on; a minute later it is gone. */
@Injectable()
export class DeleteDue implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #rounds: Rounds;

  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(LOGGER) log: Logger,
  ) {
    this.#rounds = new Rounds({ database, log, name: 'delete kept calls', everyMs: EVERY_MS, lock: LOCK, work: () => this.run(new Date()).then(() => undefined) });
  }

  onApplicationBootstrap(): void {
    this.#rounds.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.#rounds.stop();
  }

  /** Gives how many there were. @throws what `pg` throws */
  async run(now: Date): Promise<number> {
    const text = 'DELETE FROM kept_call WHERE (tenant_id, prediction_id) IN (SELECT tenant_id, prediction_id FROM kept_call WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)';
    let deleted = 0;
    for (;;) {
      const { rowCount } = await this.database.pool.query(text, [now, AT_A_TIME]);
      deleted += rowCount ?? 0;
      if ((rowCount ?? 0) < AT_A_TIME) return deleted;
    }
  }
}
