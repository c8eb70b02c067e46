import type { Pool } from '@steelyard/platform-database';
import type { Logger } from '@steelyard/platform-observability';

const WRITE_EVERY_MS = 15_000;

/** When each key was last used, written now and then for all of them at once: a call must not cost a write. */
export class LastUse {
  #used = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly pool: Pick<Pool, 'query'>,
    private readonly log: Logger,
  ) {}

  note(keyId: string, nowMs: number): void {
    this.#used.set(keyId, nowMs);
    this.#timer ??= setTimeout(() => void this.write(), WRITE_EVERY_MS).unref();
  }

  /** Writes what was noted. When that fails it is noted still, and tried again with the next use. */
  async write(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const used = this.#used;
    if (used.size === 0) return;
    this.#used = new Map();
    try {
      // Rows that another server writes at the moment are left to it.
      await this.pool.query(
        `WITH used AS (SELECT * FROM unnest($1::text[], $2::timestamptz[]) AS u (id, at)),
              free AS (SELECT id FROM api_key WHERE id = ANY($1) FOR NO KEY UPDATE SKIP LOCKED)
         UPDATE api_key SET last_used_at = used.at FROM used JOIN free USING (id)
          WHERE api_key.id = used.id AND (last_used_at IS NULL OR last_used_at < used.at)`,
        [[...used.keys()], [...used.values()].map((ms) => new Date(ms))],
      );
    } catch (err) {
      this.#used = new Map([...used, ...this.#used]);
      this.log.warn({ err, keys: used.size }, 'the last use of API keys could not be written');
    }
  }
}
