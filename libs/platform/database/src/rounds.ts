import type { Database } from './database.js';
import { Repeating, type RepeatingOptions } from './repeating.js';

export interface RoundsOptions extends Omit<RepeatingOptions, 'work'> {
  readonly database: Database;
  /** Known to all servers on one database: of those with the same number, one does a round while the others pass it over. */
  readonly lock: number;
  readonly work: () => Promise<void>;
}

/** Does something again and again, one server at a time. */
export class Rounds {
  readonly #repeating: Repeating;

  constructor(options: RoundsOptions) {
    this.#repeating = new Repeating({ ...options, work: () => alone(options) });
  }

  start(): void {
    this.#repeating.start();
  }

  /** Resolves when the round that is under way has ended. */
  stop(): Promise<void> {
    return this.#repeating.stop();
  }
}

async function alone({ database, lock, work }: RoundsOptions): Promise<void> {
  const client = await database.pool.connect();
  try {
    // Held by the transaction: whatever becomes of this process or of the connection, it is given back. Nothing is asked in it while the work goes on, and
    // nobody waits for what it holds.
    await client.query('BEGIN; SET LOCAL idle_in_transaction_session_timeout = 0');
    const { rows } = await client.query<{ mine: boolean }>('SELECT pg_try_advisory_xact_lock($1) AS mine', [lock]);
    if (rows[0]!.mine) await work();
  } finally {
    await client.query('COMMIT').finally(() => client.release());
  }
}
