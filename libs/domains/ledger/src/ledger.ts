import { Inject, Injectable } from '@nestjs/common';
import { AppError, PLATFORM_ORGANIZATION_ID } from '@steelyard/kernel';
import { DATABASE, type Database } from '@steelyard/platform-database';
import { Announcer } from './announcer.js';
import { Noticed } from './budgets/alerts/noticed.js';
import { coalesce } from './coalesce.js';
import { ledgerErrors } from './errors.js';
import { GiveBack } from './give-back.js';
import { readRoom, type CallOfRoom, type Room } from './persistence/read-room.js';
import { expireHolds, extendHold, query, releaseHolds, reserveAll } from './persistence/statements.js';
import { AMOUNT_NANO_MAX, checkReservation, type ExtendOutcome, type Reservation, type ReserveOutcome } from './reservation.js';

/** What a consumer's wallet has. `availableNano` = `postedNano` - `heldNano`; may be below zero after a settled use. */
export interface WalletBalance {
  readonly availableNano: bigint;
  /** Held for calls that have not been settled. */
  readonly heldNano: bigint;
  readonly postedNano: bigint;
}

export interface Credit {
  readonly tenantId: string;
  readonly amountNano: bigint;
  readonly currency: string;
  readonly reason: string;
  /** A UUID; the same credit sent again under the same id is given once. */
  readonly transferId: string;
}

export interface TrialBalance {
  readonly currency: string;
  readonly debitsNano: bigint;
  readonly creditsNano: bigint;
  /** What the platform has earned. */
  readonly feesNano: bigint;
  /** Debits are credits, and every account's counters are the sum of its transfers and open holds. */
  readonly balanced: boolean;
}

/** Most reservations of one statement: beyond, the time that locks are held grows faster than what is saved. */
const RESERVE_BATCH_MAX = 512;

/**
 * Accounts, transfers and holds. Settling is not here: usage is written and settled by one statement, which metering sends.
 * All methods throw AppError `LEDGER.UNAVAILABLE` while the database is away.
 */
@Injectable()
export class Ledger {
  /** What may have passed a threshold of a budget, for the job that tells. */
  readonly noticed = new Noticed();
  readonly #reserve: (reservation: Reservation) => Promise<ReserveOutcome>;
  readonly #announcer: Announcer;
  readonly #giveBack = new GiveBack((eventIds) => this.release(eventIds, 'void'));

  constructor(@Inject(DATABASE) private readonly database: Database) {
    this.#reserve = coalesce((batch: readonly Reservation[]) => this.#reserveAll(batch), { batchMax: RESERVE_BATCH_MAX });
    this.#announcer = new Announcer(database.pool);
  }

  /**
   * Holds the money of a call, if it is there: the spend limit that cannot be passed. Reservations of one turn of the event
   * loop, and those that come while a statement is under way, share a statement.
   * After `LEDGER.UNAVAILABLE` the money may be held all the same. It is given back as soon as it can be, and else when its time is over: who asks again does
   * so under another event id.
   * @throws AppError `LEDGER.RESERVATION_INVALID`
   */
  async reserve(reservation: Reservation): Promise<ReserveOutcome> {
    checkReservation(reservation);
    const outcome = await this.#reserve(reservation);
    if (outcome.outcome === 'limited') this.noticed.refusal({ tenantId: reservation.tenantId, budgetId: outcome.budgetId, eventId: reservation.eventId });
    return outcome;
  }

  /** Holds more for a call that runs, all of it or nothing: within its wallet and every budget that it falls under. */
  async extend(eventId: string, more: { readonly amountNano: bigint; readonly expiresAtMs: number }): Promise<ExtendOutcome> {
    const outcome = await extendHold(this.database.pool, eventId, more);
    if (outcome.outcome === 'limited') this.noticed.refusal({ budgetId: outcome.budgetId, eventId });
    return outcome;
  }

  /** What a call could hold at this moment; nothing is held. */
  room(call: CallOfRoom): Promise<Room> {
    return readRoom(this.database.pool, call);
  }

  /**
   * Gives held money back; holds that are not open stay as they are. A void hold gives its idempotency key back too. One that was taken up again by a
   * retry is not made void: that retry ends it, as expired.
   */
  async release(eventIds: readonly string[], state: 'void' | 'expired'): Promise<void> {
    if (eventIds.length === 0) return;
    await releaseHolds(this.database.pool, eventIds, state);
  }

  /**
   * Releases holds whose time is over, for `overdueMs` at least, but for those of `exceptEventIds`. The clock is the database's, unless a time is given.
   * @returns how many; 1000 means that there may be more.
   */
  async expireHolds(exceptEventIds: readonly string[], { overdueMs = 0, nowMs }: { overdueMs?: number; nowMs?: number } = {}): Promise<number> {
    return expireHolds(this.database.pool, exceptEventIds, { overdueMs, nowMs });
  }

  /**
   * Deletes holds that are older, in milliseconds, which must be longer than idempotency keys count; open ones stay.
   * @returns how many; 10000 means that there may be more.
   */
  async forgetHolds(ageMs: number): Promise<number> {
    return this.#count(`SELECT ledger_forget_holds(now() - $1 * INTERVAL '1 ms') AS count`, [ageMs]);
  }

  /**
   * Money that the operator gives to a consumer's wallet.
   * @throws AppError `LEDGER.TRANSFER_CONFLICT`, `LEDGER.AMOUNT_INVALID`
   */
  async credit(credit: Credit): Promise<void> {
    const { tenantId, amountNano, currency, reason, transferId } = credit;
    if (amountNano <= 0n || amountNano > AMOUNT_NANO_MAX) throw ledgerErrors.AMOUNT_INVALID({ amount: `${amountNano} nano` });
    const { rows } = await query(() =>
      this.database.pool.query<{ posted: 'posted' | 'duplicate' | 'conflict' }>(
        `SELECT ledger_post($1, 'operator_credit', $2, 'operator_credit', $3, 'consumer_wallet', $4, $5, $6) AS posted`,
        [transferId, PLATFORM_ORGANIZATION_ID, tenantId, amountNano, currency, reason],
      ),
    );
    if (rows[0]!.posted === 'conflict') throw ledgerErrors.TRANSFER_CONFLICT({ id: transferId });
    this.announce(tenantId);
  }

  /** Has everybody who follows an organization's accounts look at them again; for whoever has written to them. Not waited for. */
  announce(tenantId: string): void {
    this.noticed.change(tenantId);
    this.#announcer.announce(tenantId);
  }

  /** Zero for a tenant that has never had anything. */
  async balance(tenantId: string, currency: string): Promise<WalletBalance> {
    const account = await this.#account({ tenantId, kind: 'consumer_wallet', currency });
    const postedNano = account.creditsPosted - account.debitsPosted;
    return { availableNano: postedNano - account.debitsPending, heldNano: account.debitsPending, postedNano };
  }

  /** What a provider has earned and not been paid. */
  async earnings(tenantId: string, currency: string): Promise<bigint> {
    const account = await this.#account({ tenantId, kind: 'provider_payable', currency });
    return account.creditsPosted - account.debitsPosted;
  }

  /** Adds up the whole ledger; for the operator and for tests, not for a hot path. */
  async trialBalance(): Promise<TrialBalance[]> {
    const { rows } = await query(() =>
      this.database.pool.query<{ currency: string; debits_nano: string; credits_nano: string; fees_nano: string; balanced: boolean }>(
        'SELECT currency, debits_nano, credits_nano, fees_nano, balanced FROM ledger_trial_balance()',
      ),
    );
    return rows.map((row) => ({
      currency: row.currency,
      debitsNano: BigInt(row.debits_nano),
      creditsNano: BigInt(row.credits_nano),
      feesNano: BigInt(row.fees_nano),
      balanced: row.balanced,
    }));
  }

  async #reserveAll(batch: readonly Reservation[]): Promise<ReserveOutcome[]> {
    try {
      return await reserveAll(this.database.pool, batch);
    } catch (error) {
      // None of these calls is let in. A hold that there was already, of an earlier try with the same key, has another id, and is left to its time.
      if (isUnavailable(error)) this.#giveBack.add(batch.map(({ eventId }) => eventId));
      throw error;
    }
  }

  async #account(key: { tenantId: string; kind: string; currency: string }) {
    const { rows } = await query(() =>
      this.database.pool.query<{ debits_pending: string; debits_posted: string; credits_posted: string }>(
        'SELECT debits_pending, debits_posted, credits_posted FROM ledger_account WHERE tenant_id = $1 AND kind = $2 AND currency = $3',
        [key.tenantId, key.kind, key.currency],
      ),
    );
    const row = rows[0];
    return {
      debitsPending: BigInt(row?.debits_pending ?? 0),
      debitsPosted: BigInt(row?.debits_posted ?? 0),
      creditsPosted: BigInt(row?.credits_posted ?? 0),
    };
  }

  async #count(text: string, values: unknown[]): Promise<number> {
    const { rows } = await query(() => this.database.pool.query<{ count: number }>(text, values));
    return rows[0]!.count;
  }
}

function isUnavailable(error: unknown): boolean {
  return error instanceof AppError && error.kind === 'unavailable';
}
