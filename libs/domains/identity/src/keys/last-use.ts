import type { Pool } from '@steelyard/platform-database';
import type { Logger } from '@steelyard/platform-observability';

const WRITE_EVERY_MS = 15_000;

/** Which rows the times are written to. `statement` is given their ids and times; rows that another server writes at the moment are left to it. */
export interface UsedRows {
  readonly what: string;
  readonly statement: string;
}

const KEYS: UsedRows = {
  what: 'API keys',
  statement: `WITH used AS (SELECT * FROM unnest($1::text[], $2::timestamptz[]) AS u (id, at)),
                   free AS (SELECT id FROM api_key WHERE id = ANY($1) FOR NO KEY UPDATE SKIP LOCKED)
              UPDATE api_key SET last_used_at = used.at FROM used JOIN free USING (id)
               WHERE api_key.id = used.id AND (last_used_at IS NULL OR last_used_at < used.at)`,
};

/** When each key was last used, written now and then for all of them at once: a call must not cost a write. */
export class LastUse {
  #used = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly pool: Pick<Pool, 'query'>,
    private readonly log: Logger,
    private readonly rows: UsedRows = KEYS,
  ) {}

  note(id: string, nowMs: number): void {
    this.#used.set(id, nowMs);
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
      await this.pool.query(this.rows.statement, [[...used.keys()], [...used.values()].map((ms) => new Date(ms))]);
    } catch (err) {
      this.#used = new Map([...used, ...this.#used]);
      this.log.warn({ err, count: used.size }, `the last use of ${this.rows.what} could not be written`);
    }
  }
}
