import { Inject, Injectable } from '@nestjs/common';
import { Ledger, postTransfer } from '@steelyard/domain-ledger';
import { newId, PLATFORM_ACTOR_ID } from '@steelyard/kernel';
import { DATABASE, type Database, type Tx } from '@steelyard/platform-database';
import { floorToCents } from '../cents.js';
import { paymentErrors } from '../errors.js';
import { Outbox } from '../outbox/outbox.js';
import { PaymentSettings } from '../payment-settings.js';
import { payoutPosting } from '../postings.js';
import { fitPayout } from './fit-payout.js';
import { firstOpenPeriod, lastClosedPeriod, netEarnings } from './net-earnings.js';
import { lockPayout, payoutKey, type Payout } from './payout.js';

/** Two servers that prepare at once would each find the same money. */
const LOCK = 72_707_390;

/** What each provider gets for a month, and its way to them. */
@Injectable()
export class PreparePayouts {
  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(PaymentSettings) private readonly settings: PaymentSettings,
    @Inject(Outbox) private readonly outbox: Outbox,
    @Inject(Ledger) private readonly ledger: Ledger,
  ) {}

  /**
   * Makes the payouts of a closed month: one for each provider that has whole cents to get and has none for it yet, past what waits of other months, which
   * is set to what can be paid of it now. Then sends those whose provider is set up; the others wait. Gives how many were made.
   * @throws AppError `PAYMENTS.PERIOD_INVALID`, `PERIOD_OPEN`
   */
  async prepare(period: number, actorId: string = PLATFORM_ACTOR_ID): Promise<number> {
    const month = period % 100;
    if (!Number.isInteger(period) || period < 200_001 || period > 999_912 || month < 1 || month > 12) throw paymentErrors.PERIOD_INVALID({ period });
    const { currency } = this.settings;
    await this.#fitWaiting();
    const made = await this.database.withPlatform(async (tx) => {
      await tx.$queryRaw`SELECT pg_advisory_xact_lock(${LOCK}::bigint)::text`;
      if (period >= (await firstOpenPeriod(tx))) throw paymentErrors.PERIOD_OPEN({ period });
      const earnings = await netEarnings(tx, period, currency);
      const data = earnings.map(({ tenantId, amountNano }) => ({ id: newId(), tenantId, period, currency, amountNano: floorToCents(amountNano), actorId }));
      return tx.payout.createMany({ data: data.filter(({ amountNano }) => amountNano > 0n), skipDuplicates: true });
    });
    await this.sendWaiting();
    return made.count;
  }

  /** Closing a month is the operator's decision; that its providers are paid follows from it. */
  async prepareLastClosed(): Promise<void> {
    const period = await this.database.withPlatform((tx) => lastClosedPeriod(tx));
    if (period !== undefined) await this.prepare(period);
  }

  /** Sends what waits for a provider that has been set up since. */
  async sendWaiting(): Promise<void> {
    if (!this.settings.configured) return;
    const ready = await this.database.withPlatform((tx) => tx.$queryRaw<{ id: string; tenantId: string }[]>`
      SELECT p.id, p.tenant_id AS "tenantId" FROM payout AS p JOIN payout_account AS a ON a.tenant_id = p.tenant_id
      WHERE p.state = 'waiting' AND a.enabled ORDER BY p.period, p.id`);
    for (const { id, tenantId } of ready) {
      const operationId = await this.database.withPlatform((tx) => this.#order(tx, id));
      this.ledger.announce(tenantId);
      if (operationId !== undefined) await this.outbox.run(operationId);
    }
  }

  /** Whoever pays what waits by hand sees what it is now. Each by itself: however many wait, no row is locked for long. */
  async #fitWaiting(): Promise<void> {
    const waiting = await this.database.withPlatform((tx) => tx.payout.findMany({ where: { state: 'waiting' }, select: { id: true }, orderBy: [{ period: 'asc' }, { id: 'asc' }] }));
    for (const { id } of waiting) await this.database.withPlatform((tx) => lockWaiting(tx, id));
  }

  /** Takes the money out of what the provider is owed, and orders its transfer; both or neither. */
  async #order(tx: Tx, id: string): Promise<string | undefined> {
    const payout = await lockWaiting(tx, id);
    if (!payout) return undefined;
    const { accountId, enabled } = await tx.payoutAccount.findUniqueOrThrow({ where: { tenantId: payout.tenantId } });
    if (!enabled || !(await postTransfer(tx, payoutPosting(payout), { covered: true }))) return undefined;
    await tx.payout.update({ where: { id }, data: { state: 'sending', accountId, failure: null } });
    return this.outbox.add(tx, { kind: 'payout', key: payoutKey(payout), tenantId: payout.tenantId, subjectId: id });
  }
}

/** Locks a payout and sets it to what can be paid of it now; `undefined` where it does not wait, or nothing of it can be paid. */
async function lockWaiting(tx: Tx, id: string): Promise<Payout | undefined> {
  const payout = await lockPayout(tx, { id });
  return payout?.state === 'waiting' ? fitPayout(tx, payout) : undefined;
}
