import { Inject, Injectable } from '@nestjs/common';
import { Ledger, postTransfer } from '@steelyard/domain-ledger';
import { isId, type Caller, type Clock } from '@steelyard/kernel';
import { DATABASE, type Database, type Tx } from '@steelyard/platform-database';
import { PAYMENT_CLOCK } from '../clock.js';
import { paymentErrors } from '../errors.js';
import { Outbox } from '../outbox/outbox.js';
import { PaymentSettings } from '../payment-settings.js';
import { offlinePayoutPosting } from '../postings.js';
import { fitPayout } from './fit-payout.js';
import { lockPayout, type Payout } from './payout.js';

/** What the operator does about one payout. */
@Injectable()
export class SettlePayout {
  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(PaymentSettings) private readonly settings: PaymentSettings,
    @Inject(Outbox) private readonly outbox: Outbox,
    @Inject(Ledger) private readonly ledger: Ledger,
    @Inject(PAYMENT_CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Writes down that the operator has paid it by other means. Never both: it must be waiting, or Stripe have refused it, so that the provider is owed it. What
   * the provider is owed has to be enough for it; where it is not, a payout that waits is set to what can be paid of it now.
   * @throws AppError `PAYMENTS.REFERENCE_MISSING`, `PAYOUT_NOT_FOUND`, `PAYOUT_NOT_WAITING`, `PAYOUT_NOT_COVERED`
   */
  async markPaid(id: string, reference: string): Promise<Payout> {
    if (reference.trim() === '') throw paymentErrors.REFERENCE_MISSING({});
    const paid = await this.database.withPlatform((tx) => this.#markPaid(tx, id, reference));
    if (!paid) throw paymentErrors.PAYOUT_NOT_COVERED({ id });
    this.ledger.announce(paid.tenantId);
    return paid;
  }

  /** `undefined` where the provider is owed less. */
  async #markPaid(tx: Tx, id: string, reference: string): Promise<Payout | undefined> {
    const payout = await lock(tx, id);
    if (payout.state !== 'waiting' && payout.state !== 'failed') throw paymentErrors.PAYOUT_NOT_WAITING({ id, state: payout.state });
    if (!(await postTransfer(tx, offlinePayoutPosting(payout), { covered: true }))) {
      if (payout.state === 'waiting') await fitPayout(tx, payout);
      return undefined;
    }
    const data = { state: 'paid', method: 'offline', reference, failure: null, settledAt: new Date(this.clock.nowMs()) };
    return (await tx.payout.update({ where: { id }, data })) as Payout;
  }

  /**
   * Has Stripe take back what it has paid. The provider is owed it again.
   * @throws AppError `PAYMENTS.NOT_CONFIGURED`, `REASON_MISSING`, `PAYOUT_NOT_FOUND`, `PAYOUT_NOT_PAID`
   */
  async reverse(caller: Caller, id: string, reason: string): Promise<Payout> {
    this.settings.stripe();
    if (reason.trim() === '') throw paymentErrors.REASON_MISSING({});
    const operationId = await this.database.withPlatform(async (tx) => {
      const { state, transferId, tenantId } = await lock(tx, id);
      if (state !== 'paid' || transferId === null) throw paymentErrors.PAYOUT_NOT_PAID({ id, state });
      await tx.payout.update({ where: { id }, data: { state: 'reversing', failure: `${caller.actorId}: ${reason}` } });
      return (await this.outbox.addAgain(tx, { kind: 'reversal', key: `reversal:${id}`, tenantId, subjectId: id })).id;
    });
    await this.outbox.run(operationId);
    return (await this.database.withPlatform((tx) => tx.payout.findUniqueOrThrow({ where: { id } }))) as Payout;
  }
}

async function lock(tx: Tx, id: string): Promise<Payout> {
  const payout = isId(id) ? await lockPayout(tx, { id }) : undefined;
  if (!payout) throw paymentErrors.PAYOUT_NOT_FOUND({ id });
  return payout;
}
