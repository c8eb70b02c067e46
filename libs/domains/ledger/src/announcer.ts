import { setTimeout as pause } from 'node:timers/promises';
import { plainArray, type Pool } from '@steelyard/platform-database';

/** NOTIFY channel; the payload is the id of an organization. */
export const ACCOUNTS_CHANGED = 'steelyard_accounts';

/** Between two announcements; what comes meanwhile waits and is said once. */
const INTERVAL_MS = 250;

/**
 * Tells all servers whose accounts something was written to. Costs those who write no more than an entry in a set: what they wrote is announced by
 * a statement of its own, a few times a second at most.
 */
export class Announcer {
  #waiting = new Set<string>();
  #sending = false;

  constructor(private readonly pool: Pool) {}

  /** Soon, and not waited for. */
  announce(tenantId: string): void {
    this.#waiting.add(tenantId);
    if (this.#sending) return;
    this.#sending = true;
    // Not before this turn of the event loop is over, so that the first announcement of a batch is of the whole batch.
    setImmediate(() => void this.#sendAll());
  }

  async #sendAll(): Promise<void> {
    while (this.#waiting.size > 0) {
      const ids = [...this.#waiting];
      this.#waiting.clear();
      await this.#send(ids);
      await pause(INTERVAL_MS, undefined, { ref: false });
    }
    this.#sending = false;
  }

  async #send(ids: readonly string[]): Promise<void> {
    const text = 'SELECT pg_notify($1, id) FROM unnest($2::text[]) AS id';
    // Where the database is away, those who listen have lost their connection too, and look anew when they have it back.
    await this.pool.query({ name: 'announce_accounts', text, values: [ACCOUNTS_CHANGED, plainArray(ids)] }).catch(() => undefined);
  }
}
