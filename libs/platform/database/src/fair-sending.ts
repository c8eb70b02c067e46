import { actAsPlatform } from './acting.js';
import type { Database, DatabaseLog } from './database.js';
import { Repeating } from './repeating.js';
import { integerArray, uuidArray } from './sql/binary-array.js';

const EVERY_MS = 1_000;
/** Under way at once, of one organization and of all. */
const AT_ONCE = { ofOne: 4, ofAll: 64 };
/** A claim looks at the organizations of so many rows, those that have been due longest: as a rule, all that are due. */
const OLDEST_MAX = 256;
/** Where more are due, it looks at so many other organizations, and the next claim at those that follow: nobody is hidden behind one who has very many. */
const VISITED_MAX = 1_000;
const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';
/** After that nobody else tries. Longer than an attempt may take; a server that dies in one leaves it to the next. */
const CLAIM_MS = 60_000;

export interface FairSendingOptions<T extends { readonly tenantId: string }> {
  /** What is sent, for the log. */
  readonly name: string;
  readonly log: DatabaseLog;
  readonly pool: Pick<Database['pool'], 'query'>;
  /** Has `tenant_id`, `id` and `next_attempt_at`, and indexes on `(next_attempt_at)` and `(tenant_id, next_attempt_at)`. */
  readonly table: string;
  /** Runs a statement that begins with {@link dueFairly}, with its parameters. @throws what `pg` throws */
  readonly claim: (parameters: readonly unknown[]) => Promise<readonly T[]>;
  /** Sends one and writes down what came of it; `signal` aborts when this server stops. */
  readonly send: (due: T, nowMs: number, signal: AbortSignal | undefined) => Promise<void>;
}

/**
 * The beginning of a statement that claims rows of a table (`tenant_id`, `id`, `next_attempt_at`), as `mine (tenant_id, id)`: of those that are due, the
 * first of every organization of $6 before the second of any. What follows sets their `next_attempt_at` to $2. Others may have claimed them meanwhile.
 * However many are due, it reads few of each organization, along the index.
 */
export const dueFairly = (table: string): string => `
  WITH due AS MATERIALIZED (
    SELECT first.tenant_id, first.id, row_number() OVER (PARTITION BY first.tenant_id ORDER BY first.next_attempt_at) + coalesce(busy.count, 0) AS turn
    FROM unnest($6::UUID[]) AS o (tenant_id)
    LEFT JOIN unnest($4::UUID[], $5::INTEGER[]) AS busy (tenant_id, count) ON busy.tenant_id = o.tenant_id
    CROSS JOIN LATERAL (
      SELECT d.tenant_id, d.id, d.next_attempt_at FROM ${table} AS d
      WHERE d.tenant_id = o.tenant_id AND d.next_attempt_at <= $1 ORDER BY d.next_attempt_at LIMIT ${AT_ONCE.ofOne}
    ) AS first
  ), mine AS (
    SELECT d.tenant_id, d.id FROM ${table} AS d
    JOIN due ON due.tenant_id = d.tenant_id AND due.id = d.id AND due.turn <= ${AT_ONCE.ofOne}
    WHERE d.next_attempt_at <= $1
    ORDER BY due.turn, d.next_attempt_at LIMIT $3
    FOR NO KEY UPDATE OF d SKIP LOCKED
  )`;

/**
 * Organizations that may have something due at $1: those of the oldest rows, and, unless these are all, those that follow $2 in the order of their ids,
 * each found by one step along the index. `place` counts the latter from 1; it is `NULL` for the former.
 */
const organizationsWithDue = (table: string): string => `
  WITH RECURSIVE oldest AS MATERIALIZED (
    SELECT tenant_id FROM ${table} WHERE next_attempt_at <= $1 ORDER BY next_attempt_at LIMIT ${OLDEST_MAX}
  ), waiting AS (
    (SELECT d.tenant_id, d.next_attempt_at, 1 AS place FROM ${table} AS d
     WHERE (SELECT count(*) FROM oldest) = ${OLDEST_MAX} AND d.tenant_id > $2 AND d.next_attempt_at IS NOT NULL ORDER BY d.tenant_id, d.next_attempt_at LIMIT 1)
    UNION ALL
    SELECT following.tenant_id, following.next_attempt_at, waiting.place + 1 FROM waiting CROSS JOIN LATERAL (
      SELECT d.tenant_id, d.next_attempt_at FROM ${table} AS d
      WHERE d.tenant_id > waiting.tenant_id AND d.next_attempt_at IS NOT NULL ORDER BY d.tenant_id, d.next_attempt_at LIMIT 1
    ) AS following WHERE waiting.place < ${VISITED_MAX}
  )
  SELECT DISTINCT tenant_id, NULL::INTEGER AS place, true AS due FROM oldest
  UNION ALL SELECT tenant_id, place, next_attempt_at <= $1 FROM waiting`;

/**
 * Sends what a table says is due, to receivers that organizations name: every second, without waiting for what is under way. A receiver that is slow
 * takes up the few places of its own organization, and the time of nobody else.
 */
export class FairSending<T extends { readonly tenantId: string }> {
  readonly #options: FairSendingOptions<T>;
  readonly #repeating: Repeating;
  readonly #underWay = new Map<Promise<void>, string>();
  /** The organization that was visited last. */
  #visitedTo = BEFORE_ALL;

  constructor(options: FairSendingOptions<T>) {
    this.#options = options;
    const { name, log } = options;
    const work = async (signal: AbortSignal): Promise<void> => {
      for (const sent of await this.#begin(Date.now(), signal)) sent.catch((error: unknown) => log.warn({ err: error, round: name }, 'what came of a message could not be written down; it is sent again'));
    };
    this.#repeating = new Repeating({ name, everyMs: EVERY_MS, log, work });
  }

  start(): void {
    this.#repeating.start();
  }

  /** Has what is under way end soon, and resolves when it has. */
  async stop(): Promise<void> {
    await this.#repeating.stop();
    await Promise.allSettled(this.#underWay.keys());
  }

  /** Sends what is due at a time, waits for it, and gives how many that were. @throws what `pg` throws */
  async once(nowMs: number, signal?: AbortSignal): Promise<number> {
    const begun = await this.#begin(nowMs, signal);
    await Promise.all(begun);
    return begun.length;
  }

  async #begin(nowMs: number, signal: AbortSignal | undefined): Promise<Promise<void>[]> {
    const room = AT_ONCE.ofAll - this.#underWay.size;
    if (room <= 0) return [];
    const busy = new Map<string, number>();
    for (const tenantId of this.#underWay.values()) busy.set(tenantId, (busy.get(tenantId) ?? 0) + 1);
    const organizations = await this.#organizations(nowMs);
    if (organizations.length === 0) return [];
    const times = [nowMs, nowMs + CLAIM_MS].map((ms) => new Date(ms).toISOString());
    const due = await this.#options.claim([...times, room, uuidArray([...busy.keys()]), integerArray([...busy.values()]), uuidArray(organizations)]);
    return due.map((one) => {
      const sent = actAsPlatform(() => this.#options.send(one, nowMs, signal)).finally(() => this.#underWay.delete(sent));
      this.#underWay.set(sent, one.tenantId);
      return sent;
    });
  }

  /** Those that have something due, or so many of them as one claim looks at; the next one goes on where this one ended. */
  async #organizations(nowMs: number): Promise<string[]> {
    const { pool, table } = this.#options;
    const values = [new Date(nowMs).toISOString(), this.#visitedTo];
    const { rows } = await pool.query<VisitedRow>({ name: `${table}_organizations`, text: organizationsWithDue(table), values });
    const last = rows.find(({ place }) => place === VISITED_MAX);
    this.#visitedTo = last?.tenant_id ?? BEFORE_ALL;
    return [...new Set(rows.filter(({ due }) => due).map(({ tenant_id: tenantId }) => tenantId))];
  }
}

interface VisitedRow {
  readonly tenant_id: string;
  readonly place: number | null;
  readonly due: boolean;
}
