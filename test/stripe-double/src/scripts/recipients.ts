import { expect } from '@jest/globals';
import type Stripe from 'stripe';
import { handOf, type Script } from './script.js';

const include: Stripe.V2.Core.AccountRetrieveParams.Include[] = ['configuration.recipient', 'requirements', 'identity'];

function recipient(stripe: Stripe): Promise<Stripe.V2.Core.Account> {
  return stripe.v2.core.accounts.create({
    contact_email: 'provider@example.test',
    display_name: 'Provider',
    dashboard: 'express',
    identity: { country: 'us' },
    defaults: { responsibilities: { fees_collector: 'application', losses_collector: 'application' } },
    configuration: { recipient: { capabilities: { stripe_balance: { stripe_transfers: { requested: true } } } } },
    metadata: { tenant: 't1' },
    include,
  });
}

export const recipients: Script[] = [
  {
    name: 'a recipient is made and says who they are',
    async play({ stripe }) {
      const account = await recipient(stripe);
      expect(account).toMatchObject({ object: 'v2.core.account', applied_configurations: ['recipient'], metadata: { tenant: 't1' } });
      expect(account.configuration?.recipient?.capabilities?.stripe_balance?.stripe_transfers?.status).not.toBe('active');
      expect(account.requirements?.entries?.length).toBeGreaterThan(0);
      expect((await stripe.v2.core.accounts.retrieve(account.id)).requirements ?? null).toBeNull();
      expect(await stripe.v2.core.accounts.update(account.id, { display_name: 'Renamed' })).toMatchObject({ display_name: 'Renamed' });
      const onboarding = { type: 'account_onboarding' as const, account_onboarding: { refresh_url: 'https://example.test/again', return_url: 'https://example.test/back' } };
      expect((await stripe.v2.core.accountLinks.create({ account: account.id, use_case: onboarding })).url).toMatch(/^https?:/);
      expect((await stripe.v2.core.accounts.list({ applied_configurations: ['recipient'], limit: 10 })).data.map(({ id }) => id)).toContain(account.id);
    },
  },
  {
    name: 'nothing is sent to a recipient who is not known yet, nor to one who was closed',
    needsHand: true,
    async play(stage) {
      const { stripe } = stage;
      const { control } = handOf(stage);
      control.addFunds(100_00, 'usd');
      const account = await recipient(stripe);
      const send = () => stripe.transfers.create({ amount: 10_00, currency: 'usd', destination: account.id });
      await expect(send()).rejects.toMatchObject({ code: 'insufficient_capabilities_for_transfer' });
      control.completeOnboarding(account.id);
      expect((await stripe.v2.core.accounts.retrieve(account.id, { include })).requirements?.entries).toEqual([]);
      await send();
      control.restrictAccount(account.id);
      await expect(send()).rejects.toMatchObject({ code: 'insufficient_capabilities_for_transfer' });
      expect(await stripe.v2.core.accounts.close(account.id, { applied_configurations: ['recipient'] })).toMatchObject({ closed: true });
      await expect(send()).rejects.toMatchObject({ statusCode: 400 });
      await expect(stripe.transfers.create({ amount: 1, currency: 'usd', destination: 'acct_nobody' })).rejects.toMatchObject({ param: 'destination' });
    },
  },
  {
    name: 'a recipient is paid once there is money, and pays it back',
    needsHand: true,
    async play(stage) {
      const { stripe } = stage;
      const { control } = handOf(stage);
      const account = await recipient(stripe);
      control.completeOnboarding(account.id);
      const send = (amount: number) => stripe.transfers.create({ amount, currency: 'gbp', destination: account.id, transfer_group: 'payout:1', metadata: { key: 'payout:1' } });
      await expect(send(10_00)).rejects.toMatchObject({ statusCode: 400, code: 'balance_insufficient' });
      control.addFunds(30_00, 'gbp');
      const transfer = await send(30_00);
      await expect(send(1)).rejects.toMatchObject({ code: 'balance_insufficient' });
      expect((await stripe.transfers.list({ transfer_group: 'payout:1' })).data.map(({ id }) => id)).toEqual([transfer.id]);
      const reversal = await stripe.transfers.createReversal(transfer.id, { amount: 10_00, metadata: { why: 'refund' } });
      await expect(stripe.transfers.createReversal(transfer.id, { amount: 20_01 })).rejects.toMatchObject({ param: 'amount' });
      expect((await stripe.transfers.listReversals(transfer.id)).data).toMatchObject([{ id: reversal.id, amount: 10_00, transfer: transfer.id }]);
      await stripe.transfers.createReversal(transfer.id);
      expect(await stripe.transfers.retrieve(transfer.id)).toMatchObject({ amount_reversed: 30_00, reversed: true });
      await expect(stripe.transfers.createReversal(transfer.id)).rejects.toMatchObject({ statusCode: 400 });
      expect(await stripe.transfers.update(transfer.id, { metadata: { note: 'x' } })).toMatchObject({ metadata: { key: 'payout:1', note: 'x' } });
    },
  },
  {
    name: 'a transfer out of one charge takes no more than it brought',
    needsHand: true,
    async play(stage) {
      const { stripe } = stage;
      const account = await recipient(stripe);
      handOf(stage).control.completeOnboarding(account.id);
      const { latest_charge: charge } = await stripe.paymentIntents.create({ amount: 20_00, currency: 'usd', payment_method: 'pm_card_visa', confirm: true });
      const send = (amount: number) => stripe.transfers.create({ amount, currency: 'usd', destination: account.id, source_transaction: charge as string });
      const transfer = await send(15_00);
      const entry = await stripe.balanceTransactions.retrieve(transfer.balance_transaction as string);
      expect(entry).toMatchObject({ type: 'transfer', amount: -15_00, status: 'pending' });
      await expect(send(5_01)).rejects.toMatchObject({ param: 'amount' });
    },
  },
  {
    name: 'lists of version 2 say where they go on',
    needsHand: true,
    async play({ stripe }) {
      const made: string[] = [];
      for (let count = 0; count < 5; count += 1) made.unshift((await recipient(stripe)).id);
      const listed = await stripe.v2.core.accounts.list({ limit: 2, applied_configurations: ['recipient'] }).autoPagingToArray({ limit: 5 });
      expect(listed.map(({ id }) => id)).toEqual(made);
      const first = await stripe.v2.core.accounts.list({ limit: 2 });
      const second = (await stripe.rawRequest('GET', first.next_page_url!)) as unknown as typeof first;
      expect(second.data.map(({ id }) => id)).toEqual(made.slice(2, 4));
    },
  },
];
