import { Inject, Injectable } from '@nestjs/common';
import { OrganizationHandles } from '@steelyard/domain-identity';
import { AppError, type Clock } from '@steelyard/kernel';
import { DATABASE, type Database, type PayoutAccount, type Tx } from '@steelyard/platform-database';
import { LOGGER, type Logger } from '@steelyard/platform-observability';
import { PAYMENT_CLOCK } from '../clock.js';
import type { Operation, OperationHandler } from '../outbox/operation.js';
import { Outbox } from '../outbox/outbox.js';
import { PaymentSettings } from '../payment-settings.js';
import type { StripeAccount } from '../stripe/objects.js';
import type { Making } from '../stripe/payment-calls.js';

/** What Stripe says of an account that is gone, or not shown to this key: the next one may well be shown. */
const NOT_SHOWN = new Set(['PAYMENTS.STRIPE_REFUSED', 'PAYMENTS.STRIPE_KEY_REFUSED']);

/** How many accounts are looked at in one round, of those that are sent no money yet and of those that are. */
const UNFINISHED_MOST = 50;
const ENABLED_MOST = 20;

/** Providers as recipients of Stripe's: one account each. What a recipient may get is what Stripe says, seen again and again. */
@Injectable()
export class PayoutAccounts implements OperationHandler<StripeAccount> {
  readonly kinds = ['account'] as const;

  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(LOGGER) private readonly log: Logger,
    @Inject(Outbox) outbox: Outbox,
    @Inject(PaymentSettings) private readonly settings: PaymentSettings,
    @Inject(OrganizationHandles) private readonly handles: OrganizationHandles,
    @Inject(PAYMENT_CLOCK) private readonly clock: Clock,
  ) {
    outbox.handle(this);
  }

  find(operation: Operation): Promise<StripeAccount | undefined> {
    return this.settings.stripe().payouts.findAccount({ key: operation.key, since: operation.createdAt });
  }

  async send({ tenantId }: Operation, making: Making): Promise<StripeAccount> {
    const { email, country } = (await this.of(tenantId))!;
    const name = (await this.handles.handlesOf([tenantId])).get(tenantId)!;
    return this.settings.stripe().payouts.createAccount({ name, email, country }, making);
  }

  async done(tx: Tx, { tenantId }: Operation, account: StripeAccount): Promise<string> {
    await tx.payoutAccount.update({ where: { tenantId }, data: { accountId: account.id } });
    await this.apply(tx, account);
    return account.id;
  }

  /** The provider may set it up again, with what Stripe did not take put right. */
  async refused(): Promise<void> {}

  /** `null` for who has not begun to set it up. */
  of(tenantId: string): Promise<PayoutAccount | null> {
    return this.database.withTenant(tenantId, (tx) => tx.payoutAccount.findUnique({ where: { tenantId } }));
  }

  async isKnown(accountId: string): Promise<boolean> {
    return (await this.database.withPlatform((tx) => tx.payoutAccount.count({ where: { accountId } }))) > 0;
  }

  /** Brings an account to the state that Stripe has it in. */
  async apply(tx: Tx, { id: accountId, enabled, requirements }: StripeAccount): Promise<string | undefined> {
    await tx.payoutAccount.updateMany({ where: { accountId }, data: { enabled, requirements: [...requirements], seenAt: new Date(this.clock.nowMs()) } });
    return (await tx.payoutAccount.findUnique({ where: { accountId } }))?.tenantId;
  }

  /**
   * Looks at the accounts that Stripe sends no money to yet, and at some of the others, those first that were not looked at for longest: whatever was not heard
   * of them is seen then, also that one was closed to transfers. One that cannot be seen keeps no other waiting.
   * @throws AppError as `StripeCalls` does, where Stripe itself does not answer
   */
  async refresh(): Promise<void> {
    const find = (enabled: boolean, take: number): Promise<PayoutAccount[]> =>
      this.database.withPlatform((tx) => tx.payoutAccount.findMany({ where: { enabled, accountId: { not: null } }, orderBy: { seenAt: 'asc' }, take }));
    const rows = [...(await find(false, UNFINISHED_MOST)), ...(await find(true, ENABLED_MOST))];
    for (const { tenantId, accountId } of rows) await this.#see(tenantId, accountId!);
  }

  async #see(tenantId: string, accountId: string): Promise<void> {
    try {
      const account = await this.settings.stripe().payouts.account(accountId);
      await this.database.withPlatform((tx) => this.apply(tx, account));
    } catch (error) {
      // Looked at, if in vain: the others come first in the next round.
      await this.database.withPlatform((tx) => tx.payoutAccount.update({ where: { tenantId }, data: { seenAt: new Date(this.clock.nowMs()) } }));
      if (!(error instanceof AppError && NOT_SHOWN.has(error.code))) throw error;
      this.log.warn({ err: error, organizationId: tenantId, accountId }, 'Stripe does not show the account of a provider; it is looked at again');
    }
  }
}
