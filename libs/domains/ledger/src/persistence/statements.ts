import { AppError } from '@steelyard/kernel';
import { bigintArray, bytesArray, plainArray, queryWithin, textArray, uuidArray, type Pool } from '@steelyard/platform-database';
import { ledgerErrors } from '../errors.js';
import type { ExtendOutcome, HoldState, Reservation, ReserveOutcome } from '../reservation.js';

interface ReserveRow {
  readonly ord: number;
  readonly outcome: 'open' | 'insufficient' | 'limited' | 'replay' | 'conflict';
  readonly hold_id: string | null;
  readonly hold_state: HoldState | null;
  readonly available_nano: string | null;
  readonly budget_id: string | null;
  readonly is_free: boolean;
}

/**
 * The clock is the database's: a server whose own is wrong must not let its holds live for ever, nor end those of others. What is sent is how long
 * a hold lasts.
 */
const ARGUMENTS = `$1, $2, $3, $4, $5, $6, ARRAY(SELECT now() + lasts * INTERVAL '1 ms' FROM unnest($7::BIGINT[]) AS lasts), now()`;
const RESERVE_ALL = `SELECT ledger_reserve_all(${ARGUMENTS}, $8, $9) AS is_done`;
const RESERVE = `SELECT ord, outcome, hold_id, hold_state, available_nano, budget_id, is_free FROM ledger_reserve(${ARGUMENTS}, $8, $9, $10, $11, $12)`;
const EXTEND = `SELECT outcome, available_nano, budget_id FROM ledger_extend($1, $2, now() + $3 * INTERVAL '1 ms')`;

/**
 * SQLSTATEs of a call or a key that has become known in the meantime, and of one whose first call is being settled at this moment: its hold is
 * waited for with the wallet locked, which who settles it waits for. Call by call keys are looked up instead.
 */
const KNOWN_BY_NOW = ['23505', '40P01'];

/**
 * How long a call waits for its hold, or for more of it, once it is its turn. One connection that is silent must not keep all others from being let in. Longer
 * than the statements wait for locks, so that what nobody waits for any more is rolled back; see the migration `admissions_do_not_wait`.
 */
const ADMIT_WITHIN_MS = 8_000;
/** The same of giving holds back, which waits for locks. */
const RELEASE_WITHIN_MS = 60_000;

/**
 * One outcome per reservation, in order: all at once where all are new, can be paid and fit into their budgets, else call by call, by one
 * statement as well.
 */
export async function reserveAll(pool: Pool, batch: readonly Reservation[]): Promise<ReserveOutcome[]> {
  const nowMs = Date.now();
  const untilMs = performance.now() + ADMIT_WITHIN_MS;
  const values = [
    uuidArray(batch.map((item) => item.eventId)),
    uuidArray(batch.map((item) => item.tenantId)),
    plainArray(batch.map((item) => item.currency)),
    bigintArray(batch.map((item) => item.amountNano)),
    textArray(batch.map((item) => item.idempotencyKey)),
    bytesArray(batch.map((item) => item.requestHash)),
    bigintArray(batch.map((item) => BigInt(Math.ceil(item.expiresAtMs - nowMs)))),
    textArray(batch.map((item) => item.keyId)),
    uuidArray(batch.map((item) => item.modelId)),
  ];
  const isPlain = batch.every(({ free }) => free === undefined);
  if (isPlain && (await query(() => tryAll(pool, values, ADMIT_WITHIN_MS)))) return batch.map(({ eventId }) => ({ outcome: 'open', eventId, free: false }));
  const gifts = batch.map(({ free }) => free);
  const free = [textArray(gifts.map((gift) => gift?.limit.toString())), textArray(gifts.map((gift) => gift?.quantity.toString())), textArray(gifts.map((gift) => gift?.unit))];
  const callByCall = () => queryWithin<ReserveRow>(pool, { name: 'ledger_reserve', text: RESERVE, values: [...values, ...free] }, untilMs - performance.now());
  const { rows } = await query(() =>
    callByCall().catch((error: unknown) => {
      if (!isKnownByNow(error)) throw error;
      // By another gateway, which had other wallets locked: a second time it is found.
      return callByCall();
    }),
  );
  const outcomes = new Array<ReserveOutcome>(batch.length);
  for (const row of rows) outcomes[row.ord - 1] = toOutcome(row);
  return outcomes;
}

async function tryAll(pool: Pool, values: unknown[], withinMs: number): Promise<boolean> {
  try {
    const { rows } = await queryWithin<{ is_done: boolean }>(pool, { name: 'ledger_reserve_all', text: RESERVE_ALL, values }, withinMs);
    return rows[0]!.is_done;
  } catch (error) {
    if (isKnownByNow(error)) return false;
    throw error;
  }
}

function isKnownByNow(error: unknown): boolean {
  return KNOWN_BY_NOW.includes((error as { code?: string }).code ?? '');
}

function toOutcome(row: ReserveRow): ReserveOutcome {
  switch (row.outcome) {
    case 'open':
      return { outcome: 'open', eventId: row.hold_id!, free: row.is_free };
    case 'insufficient':
      return { outcome: 'insufficient', availableNano: BigInt(row.available_nano!) };
    case 'limited':
      return { outcome: 'limited', availableNano: BigInt(row.available_nano!), budgetId: row.budget_id! };
    case 'replay':
      return { outcome: 'replay', eventId: row.hold_id!, state: row.hold_state!, free: row.is_free };
    case 'conflict':
      return { outcome: 'conflict' };
  }
}

/** Holds more for a call that runs; see `ledger_extend`. */
export async function extendHold(pool: Pool, eventId: string, { amountNano, expiresAtMs }: { amountNano: bigint; expiresAtMs: number }): Promise<ExtendOutcome> {
  const values = [eventId, amountNano, Math.ceil(expiresAtMs - Date.now())];
  type Row = { outcome: ExtendOutcome['outcome']; available_nano: string | null; budget_id: string | null };
  const { rows } = await query(() => queryWithin<Row>(pool, { name: 'ledger_extend', text: EXTEND, values }, ADMIT_WITHIN_MS));
  const { outcome, available_nano: available, budget_id: budgetId } = rows[0]!;
  if (outcome === 'insufficient') return { outcome, availableNano: BigInt(available!) };
  return outcome === 'limited' ? { outcome, availableNano: BigInt(available!), budgetId: budgetId! } : { outcome };
}

/** Gives held money back; holds that are not open stay as they are. */
export async function releaseHolds(pool: Pool, eventIds: readonly string[], state: 'void' | 'expired'): Promise<void> {
  await query(() => queryWithin(pool, { text: 'SELECT ledger_release($1, $2)', values: [plainArray(eventIds), state] }, RELEASE_WITHIN_MS));
}

/** Releases holds whose time was over `overdueMs` ago, but for those of `exceptEventIds`; see `ledger_expire_holds`. */
export async function expireHolds(pool: Pool, exceptEventIds: readonly string[], { overdueMs, nowMs }: { overdueMs: number; nowMs: number | undefined }): Promise<number> {
  const text = `SELECT ledger_expire_holds(coalesce($1, now()) - $2 * INTERVAL '1 ms', $3) AS count`;
  const values = [nowMs === undefined ? null : new Date(nowMs).toISOString(), overdueMs, plainArray(exceptEventIds)];
  const { rows } = await query(() => queryWithin<{ count: number }>(pool, { text, values }, RELEASE_WITHIN_MS));
  return rows[0]!.count;
}

/** SQLSTATE classes that blame the statement or its data, not the connection or the server's state. */
const STATEMENT_AT_FAULT = /^(22|23|42|P0|XX)/;
const NO_ANSWER = 'DATABASE.NO_ANSWER';

/**
 * Runs a query of the ledger.
 * @throws AppError `LEDGER.UNAVAILABLE`, `LEDGER.STATEMENT_FAILED`
 */
export async function query<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof AppError && error.code !== NO_ANSWER) throw error;
    const { code = '', message } = error as { code?: string; message: string };
    if (STATEMENT_AT_FAULT.test(code)) throw ledgerErrors.STATEMENT_FAILED({ reason: message }, error);
    throw ledgerErrors.UNAVAILABLE({}, error);
  }
}
