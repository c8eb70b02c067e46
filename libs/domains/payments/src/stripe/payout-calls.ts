import type Stripe from 'stripe';
import { toCents } from '../cents.js';
import { allPages, firstOf, type Ask } from './ask.js';
import { accountOf, METADATA_KEY, transferOf, type StripeAccount, type StripeTransfer } from './objects.js';
import type { LookUp, Making } from './payment-calls.js';

export interface Recipient {
  readonly name: string;
  readonly email: string;
  /** ISO 3166, two letters in lower case. */
  readonly country: string;
}

const ACCOUNT_INCLUDES: Stripe.V2.Core.AccountRetrieveParams.Include[] = ['configuration.recipient', 'requirements', 'identity'];

/** What Stripe is asked of providers who are paid. Each throws as `toFailure` says. */
export class PayoutCalls {
  constructor(private readonly ask: Ask) {}

  /** An account that can be sent money, and no more: Stripe collects what it has to know of its holder. */
  async createAccount({ name, email, country }: Recipient, { key, once }: Making): Promise<StripeAccount> {
    const account = await this.ask((stripe) =>
      stripe.v2.core.accounts.create(
        {
          contact_email: email, display_name: name, dashboard: 'express', identity: { country },
          defaults: { responsibilities: { fees_collector: 'application', losses_collector: 'application' } },
          configuration: { recipient: { capabilities: { stripe_balance: { stripe_transfers: { requested: true } } } } },
          include: ACCOUNT_INCLUDES, metadata: { [METADATA_KEY]: key },
        },
        { idempotencyKey: once },
      ),
    );
    return accountOf(account);
  }

  async findAccount({ key }: LookUp): Promise<StripeAccount | undefined> {
    const found = await firstOf(this.#accounts(), ({ metadata }) => metadata?.[METADATA_KEY] === key);
    return found && this.account(found.id);
  }

  /** Lists of the second API have no order by id to go on after, but say where their next page is. */
  async *#accounts(): AsyncGenerator<Stripe.V2.Core.Account, void> {
    let page = await this.ask((stripe) => stripe.v2.core.accounts.list({ applied_configurations: ['recipient'], limit: 100 }));
    for (;;) {
      yield* page.data;
      const next = page.next_page_url;
      if (!next) return;
      const more: unknown = await this.ask((stripe) => stripe.rawRequest('GET', next));
      page = more as typeof page;
    }
  }

  async account(id: string): Promise<StripeAccount> {
    return accountOf(await this.ask((stripe) => stripe.v2.core.accounts.retrieve(id, { include: ACCOUNT_INCLUDES })));
  }

  /** A page of Stripe's where the provider says who they are and where their money goes; good for minutes, and once. */
  async onboardingUrl(accountId: string, places: { readonly returnUrl: string; readonly refreshUrl: string }): Promise<string> {
    const { url } = await this.ask((stripe) =>
      stripe.v2.core.accountLinks.create({
        account: accountId,
        use_case: { type: 'account_onboarding', account_onboarding: { refresh_url: places.refreshUrl, return_url: places.returnUrl } },
      }),
    );
    return url;
  }

  async createTransfer(accountId: string, { amountNano, currency }: { readonly amountNano: bigint; readonly currency: string }, { key, once }: Making): Promise<StripeTransfer> {
    const params = { destination: accountId, amount: toCents(amountNano), currency, transfer_group: key, metadata: { [METADATA_KEY]: key } };
    return transferOf(await this.ask((stripe) => stripe.transfers.create(params, { idempotencyKey: once })));
  }

  async findTransfer({ key }: LookUp): Promise<StripeTransfer | undefined> {
    const transfers = allPages(this.ask, (stripe, paging) => stripe.transfers.list({ ...paging, transfer_group: key }));
    const transfer = await firstOf(transfers, ({ metadata }) => metadata[METADATA_KEY] === key);
    return transfer && transferOf(transfer);
  }

  async transfer(id: string): Promise<StripeTransfer> {
    return transferOf(await this.ask((stripe) => stripe.transfers.retrieve(id)));
  }

  async createReversal(transferId: string, { key, once }: Making): Promise<{ readonly id: string }> {
    const { id } = await this.ask((stripe) => stripe.transfers.createReversal(transferId, { metadata: { [METADATA_KEY]: key } }, { idempotencyKey: once }));
    return { id };
  }

  async findReversal(transferId: string, { key }: LookUp): Promise<{ readonly id: string } | undefined> {
    return firstOf(allPages(this.ask, (stripe, paging) => stripe.transfers.listReversals(transferId, paging)), ({ metadata }) => metadata?.[METADATA_KEY] === key);
  }
}
