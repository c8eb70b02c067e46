import { actAsPlatform } from './acting.js';
import type { Database, DatabaseLog } from './database.js';

export interface RoundsOptions {
  readonly database: Database;
  readonly log: DatabaseLog;
  /** What is done, for the log. */
  readonly name: string;
  readonly everyMs: number;
  /** Known to all servers on one database: of those with the same number, one does a round while the others pass it over. */
  readonly lock: number;
  readonly work: () => Promise<void>;
}

/** Does something again and again, one server at a time. A round that fails is logged, and the next one tries again. */
export class Rounds {
  readonly #options: RoundsOptions;
  #timer: NodeJS.Timeout | undefined;
  #working: Promise<void> | undefined;

  constructor(options: RoundsOptions) {
    this.#options = options;
  }

  start(): void {
    this.#timer ??= setInterval(() => {
      this.#working ??= this.#round().finally(() => (this.#working = undefined));
    }, this.#options.everyMs);
    this.#timer.unref();
  }

  /** Resolves when the round that is under way has ended. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#working;
  }

  async #round(): Promise<void> {
    const { log, name } = this.#options;
    try {
      await actAsPlatform(() => this.#alone());
    } catch (error) {
      log.warn({ err: error, round: name }, 'a round failed; the next one tries again');
    }
  }

  async #alone(): Promise<void> {
    const { database, lock, work } = this.#options;
    const client = await database.pool.connect();
    try {
      // Held by the transaction: whatever becomes of this process or of the connection, it is given back.
      await client.query('BEGIN');
      const { rows } = await client.query<{ mine: boolean }>('SELECT pg_try_advisory_xact_lock($1) AS mine', [lock]);
      if (rows[0]!.mine) await work();
    } finally {
      await client.query('COMMIT').finally(() => client.release());
    }
  }
}
