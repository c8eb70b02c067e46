import { Inject, Injectable } from '@nestjs/common';
import { FrontDoor } from '@steelyard/domain-identity';
import type { Caller } from '@steelyard/kernel';
import { DATABASE, type Database, type PayoutAccount, type Tx } from '@steelyard/platform-database';
import { paymentErrors } from '../errors.js';
import { Outbox } from '../outbox/outbox.js';
import { PaymentSettings } from '../payment-settings.js';
import { PayoutAccounts } from './payout-accounts.js';

export interface SetUpCommand {
  readonly email: string;
  /** ISO 3166, two letters. */
  readonly country: string;
  /** The page of the portal that the provider comes back to. */
  readonly returnPath?: string | undefined;
}

export interface PayoutSetUp {
  readonly account: PayoutAccount;
  /** Where the provider tells Stripe the rest; good for minutes, and once. */
  readonly url: string;
}

/** Begins or goes on with what Stripe has to know before it sends a provider money. */
@Injectable()
export class SetUpPayouts {
  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(PaymentSettings) private readonly settings: PaymentSettings,
    @Inject(Outbox) private readonly outbox: Outbox,
    @Inject(PayoutAccounts) private readonly accounts: PayoutAccounts,
    @Inject(FrontDoor) private readonly door: FrontDoor,
  ) {}

  /** @throws AppError `PAYMENTS.NOT_CONFIGURED`, `EMAIL_INVALID`, `COUNTRY_INVALID`, `RETURN_PATH_INVALID`, `STRIPE_REFUSED`, `NOT_READY`, `STRIPE_UNKNOWN` */
  async setUp(caller: Caller, { email, country, returnPath = '/' }: SetUpCommand): Promise<PayoutSetUp> {
    const { payouts } = this.settings.stripe();
    if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email)) throw paymentErrors.EMAIL_INVALID({ email });
    if (!/^[a-z]{2}$/i.test(country)) throw paymentErrors.COUNTRY_INVALID({ country });
    if (!/^\/(?![/\\])[^\\\0]*$/.test(returnPath)) throw paymentErrors.RETURN_PATH_INVALID({});
    const account = await this.#ensure(caller, email, country.toLowerCase());
    const back = new URL(returnPath, this.door.origin).href;
    return { account, url: await payouts.onboardingUrl(account.accountId!, { returnUrl: back, refreshUrl: back }) };
  }

  async #ensure(caller: Caller, email: string, country: string): Promise<PayoutAccount> {
    const { organizationId: tenantId } = caller;
    const known = await this.accounts.of(tenantId);
    if (known?.accountId) return known;
    const operationId = await this.database.withPlatform((tx) => this.#order(tx, caller, { email, country }));
    await this.outbox.run(operationId);
    const made = await this.accounts.of(tenantId);
    if (made?.accountId) return made;
    const { state, error } = await this.database.withPlatform((tx) => tx.paymentOperation.findUniqueOrThrow({ where: { id: operationId } }));
    if (state === 'failed') throw paymentErrors.STRIPE_REFUSED({ reason: error ?? 'no reason was given' });
    throw paymentErrors.NOT_READY({ what: 'the account at Stripe' });
  }

  /** Once; again, with other facts, only after Stripe has refused the first. */
  async #order(tx: Tx, { organizationId: tenantId, actorId }: Caller, facts: { readonly email: string; readonly country: string }): Promise<string> {
    await tx.payoutAccount.createMany({ data: [{ tenantId, actorId, ...facts }], skipDuplicates: true });
    const { id, wasRefused } = await this.outbox.addAgain(tx, { kind: 'account', key: `account:${tenantId}`, tenantId, subjectId: tenantId });
    if (wasRefused) await tx.payoutAccount.update({ where: { tenantId }, data: facts });
    return id;
  }
}
