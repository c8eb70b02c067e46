import { Inject, Injectable } from '@nestjs/common';
import { OrganizationHandles } from '@steelyard/domain-identity';
import type { Clock } from '@steelyard/kernel';
import { DATABASE, type Database, type PayoutAccount, type Tx } from '@steelyard/platform-database';
import { PAYMENT_CLOCK } from '../clock.js';
import type { Operation, OperationHandler } from '../outbox/operation.js';
import { Outbox } from '../outbox/outbox.js';
import { PaymentSettings } from '../payment-settings.js';
import type { StripeAccount } from '../stripe/objects.js';
import type { Making } from '../stripe/payment-calls.js';

/** Providers as recipients of Stripe's: one account each. What a recipient may get is what Stripe says, seen again and again. */
@Injectable()
export class PayoutAccounts implements OperationHandler<StripeAccount> {
  readonly kinds = ['account'] as const;

  constructor(
    @Inject(DATABASE) private readonly database: Database,
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

  /** Looks at the accounts that Stripe sends no money to yet: whatever was not heard of them is seen then. */
  async refresh(): Promise<void> {
    const rows = await this.database.withPlatform((tx) => tx.payoutAccount.findMany({ where: { enabled: false, accountId: { not: null } }, orderBy: { seenAt: 'asc' }, take: 50 }));
    for (const { accountId } of rows) {
      const account = await this.settings.stripe().payouts.account(accountId!);
      await this.database.withPlatform((tx) => this.apply(tx, account));
    }
  }
}
