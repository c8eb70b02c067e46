import { actAsPlatform } from './acting.js';
import type { DatabaseLog } from './database.js';
import { Repeating } from './repeating.js';
import { integerArray, uuidArray } from './sql/binary-array.js';

const EVERY_MS = 1_000;
/** Under way at once, of one organization and of all. */
const AT_ONCE = { ofOne: 4, ofAll: 64 };
/** After that nobody else tries. Longer than an attempt may take; a server that dies in one leaves it to the next. */
const CLAIM_MS = 60_000;

export interface FairSendingOptions<T extends { readonly tenantId: string }> {
  /** What is sent, for the log. */
  readonly name: string;
  readonly log: DatabaseLog;
  /** Runs a statement that begins with {@link dueFairly}, with its parameters. @throws what `pg` throws */
  readonly claim: (parameters: readonly unknown[]) => Promise<readonly T[]>;
  /** Sends one and writes down what came of it; `signal` aborts when this server stops. */
  readonly send: (due: T, nowMs: number, signal: AbortSignal | undefined) => Promise<void>;
}

/**
 * The beginning of a statement that claims rows of a table (`tenant_id`, `id`, `next_attempt_at`), as `mine (tenant_id, id)`: those that are due, the
 * first of every organization before the second of any. What follows sets their `next_attempt_at` to $2. Others may have claimed them meanwhile.
 */
export const dueFairly = (table: string): string => `
  WITH due AS (
    SELECT d.tenant_id, d.id, row_number() OVER (PARTITION BY d.tenant_id ORDER BY d.next_attempt_at) + coalesce(busy.count, 0) AS turn
    FROM ${table} AS d LEFT JOIN unnest($5::UUID[], $6::INTEGER[]) AS busy (tenant_id, count) ON busy.tenant_id = d.tenant_id
    WHERE d.next_attempt_at <= $1
  ), mine AS (
    SELECT d.tenant_id, d.id FROM ${table} AS d
    JOIN due ON due.tenant_id = d.tenant_id AND due.id = d.id AND due.turn <= $3
    WHERE d.next_attempt_at <= $1
    ORDER BY due.turn, d.next_attempt_at LIMIT $4
    FOR NO KEY UPDATE OF d SKIP LOCKED
  )`;

/**
 * Sends what a table says is due, to receivers that organizations name: every second, without waiting for what is under way. A receiver that is slow
 * takes up the few places of its own organization, and the time of nobody else.
 */
export class FairSending<T extends { readonly tenantId: string }> {
  readonly #options: FairSendingOptions<T>;
  readonly #repeating: Repeating;
  readonly #underWay = new Map<Promise<void>, string>();

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
    const times = [nowMs, nowMs + CLAIM_MS].map((ms) => new Date(ms).toISOString());
    const due = await this.#options.claim([...times, AT_ONCE.ofOne, room, uuidArray([...busy.keys()]), integerArray([...busy.values()])]);
    return due.map((one) => {
      const sent = actAsPlatform(() => this.#options.send(one, nowMs, signal)).finally(() => this.#underWay.delete(sent));
      this.#underWay.set(sent, one.tenantId);
      return sent;
    });
  }
}
