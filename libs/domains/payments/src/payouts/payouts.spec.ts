import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { Ledger } from '@steelyard/domain-ledger';
import { newId, PLATFORM_ORGANIZATION_ID, type Caller } from '@steelyard/kernel';
import { describeDatabase } from '@steelyard/test-support';
import { Outbox } from '../outbox/outbox.js';
import { ResolveOperation } from '../outbox/resolve-operation.js';
import { openShop, type Shop } from '../testing/shop.fixture.js';
import { PayoutAccounts } from './payout-accounts.js';
import { payoutKey } from './payout.js';
import { PreparePayouts } from './prepare-payouts.js';
import { SettlePayout } from './settle-payout.js';
import { SetUpPayouts } from './set-up-payouts.js';

const CENT = 10_000_000n;

describeDatabase('payouts', (context) => {
  const database = () => context.database();
  let shop: Shop;
  let provider: Caller;
  let consumer: Caller;
  let period = 202_501;

  beforeAll(async () => {
    shop = await openShop(database());
    shop.double.control.addFunds(1_000_000, 'usd');
  });
  beforeEach(async () => {
    [provider, consumer] = [await shop.consumer(), await shop.consumer()];
    period += period % 100 === 12 ? 89 : 1;
  });
  afterEach(() => shop.double.control.clearFaults());
  afterAll(() => shop.close());

  /** As `usage_flush` would write it: what a provider has earned in a month, without a fee, and what its consumer was charged. */
  async function earn(amountNano: bigint, { in: month = period, from = consumer } = {}): Promise<void> {
    const post = `SELECT ledger_post($1, $2, $3, $4, $5, $6, $7, 'usd', 'test')`;
    await database().pool.query(post, [newId(), 'usage', from.organizationId, 'consumer_wallet', PLATFORM_ORGANIZATION_ID, 'usage_clearing', amountNano]);
    await database().pool.query(post, [newId(), 'usage_share', PLATFORM_ORGANIZATION_ID, 'usage_clearing', provider.organizationId, 'provider_payable', amountNano]);
    await database().withPlatform((tx) =>
      tx.usageHour.create({
        data: {
          consumerTenantId: from.organizationId, providerTenantId: provider.organizationId, hour: new Date(), keyId: newId(), modelId: newId(), versionId: newId(), priceId: newId(),
          tag: '', period: month, unit: 'request', currency: 'usd', calls: 1n, failed: 0n, free: 0n, quantity: 1n, amountNano, feeNano: 0n,
        },
      }),
    );
  }
  const credit = (amountNano: bigint) => shop.get(Ledger).credit({ tenantId: consumer.organizationId, amountNano, currency: 'usd', reason: 'test', transferId: newId() });
  const close = (month: number) => database().pool.query('INSERT INTO usage_period (period, closed_by) VALUES ($1, $2) ON CONFLICT DO NOTHING', [month, 'test']);
  const prepare = async (month = period) => {
    await close(month);
    await shop.get(PreparePayouts).prepare(month);
  };
  const next = (month: number) => month + (month % 100 === 12 ? 89 : 1);
  const payouts = () => database().withPlatform((tx) => tx.payout.findMany({ where: { tenantId: provider.organizationId }, orderBy: { period: 'asc' } }));
  const owed = () => shop.get(Ledger).earnings(provider.organizationId, 'usd');
  const setUp = async () => {
    const { account, url } = await shop.get(SetUpPayouts).setUp(provider, { email: 'ada@example.org', country: 'US', returnPath: '/acme/earnings' });
    expect(url).toMatch(/^http/);
    shop.double.control.completeOnboarding(account.accountId!);
    await shop.get(PayoutAccounts).refresh();
    await shop.settle();
    return account.accountId!;
  };
  const transfersOf = () => shop.double.control.store.all('transfer').filter(({ metadata }) => metadata['steelyard'] === payoutKey({ tenantId: provider.organizationId, period }));

  it('asks Stripe’s questions once and sends what was waiting', async () => {
    await credit(20n * 1_000_000_000n);
    await earn(12_345_678_901n);
    await prepare();
    expect(await payouts()).toMatchObject([{ state: 'waiting', amountNano: 1_234n * CENT }]);
    expect(await owed()).toBe(12_345_678_901n);
    const accountId = await setUp();
    expect(await shop.get(PayoutAccounts).of(provider.organizationId)).toMatchObject({ enabled: true, requirements: [] });
    await shop.get(PreparePayouts).sendWaiting();
    expect(await payouts()).toMatchObject([{ state: 'paid', accountId, transferId: expect.stringMatching(/^tr_/) }]);
    expect(await owed()).toBe(5_678_901n);
    expect(transfersOf()).toMatchObject([{ amount: 1_234, destination: accountId }]);
    expect((await shop.get(SetUpPayouts).setUp(provider, { email: 'else@example.org', country: 'DE' })).account.accountId).toBe(accountId);
  });

  it('pays one provider once for one month, however often and at once it is prepared', async () => {
    await credit(20n * 1_000_000_000n);
    await setUp();
    await earn(5_000_000_000n);
    await close(period);
    const other = await shop.another();
    await Promise.all([shop.get, other, shop.get, other].map((get) => get(PreparePayouts).prepare(period)));
    await earn(1_000_000_000n);
    await prepare();
    await shop.settle();
    expect(await payouts()).toMatchObject([{ state: 'paid', amountNano: 500n * CENT }]);
    expect(transfersOf()).toHaveLength(1);
  });

  it('takes what was left over and what came late to the next month', async () => {
    await credit(20n * 1_000_000_000n);
    await setUp();
    const first = period;
    const second = period + (period % 100 === 12 ? 89 : 1);
    await earn(1_009_999_999n);
    await earn(2_000_000_000n, { in: second });
    await prepare(first);
    await prepare(second);
    period = second;
    expect(await payouts()).toMatchObject([{ period: first, amountNano: 100n * CENT }, { period: second, amountNano: 200n * CENT }]);
    expect(await owed()).toBe(9_999_999n);
  });

  it('keeps back what a consumer has not paid for, until it has', async () => {
    await credit(3_000_000_000n);
    await setUp();
    await earn(5_000_000_000n);
    await prepare();
    expect(await payouts()).toMatchObject([{ amountNano: 300n * CENT }]);
    await credit(2_000_000_000n);
    period += period % 100 === 12 ? 89 : 1;
    await prepare();
    expect((await payouts())[1]).toMatchObject({ amountNano: 200n * CENT, state: 'paid' });
  });

  it('is made for no organization that is erased', async () => {
    await credit(20n * 1_000_000_000n);
    await earn(4_000_000_000n);
    const erased = `INSERT INTO erasure (tenant_id, state, forfeit, actor_id, due_at, closed_at, erased_at) VALUES ($1, 'done', true, 'test', now(), now(), now())`;
    await database().pool.query(erased, [provider.organizationId]);
    await prepare();
    expect(await payouts()).toEqual([]);
  });

  it('is for closed months alone', async () => {
    await expect(shop.get(PreparePayouts).prepare(209_901)).rejects.toMatchObject({ code: 'PAYMENTS.PERIOD_OPEN' });
    for (const wrong of [202_413, 202_400, 11, 2025.5]) await expect(shop.get(PreparePayouts).prepare(wrong)).rejects.toMatchObject({ code: 'PAYMENTS.PERIOD_INVALID' });
  });

  it('owes the money again when Stripe refuses, and pays it with the next month', async () => {
    await credit(20n * 1_000_000_000n);
    const accountId = await setUp();
    await earn(4_000_000_000n);
    await shop.stripe.v2.core.accounts.close(accountId);
    await prepare();
    expect(await payouts()).toMatchObject([{ state: 'failed', failure: expect.stringMatching(/^Stripe refused/) }]);
    expect(await owed()).toBe(4_000_000_000n);
    await shop.get(PreparePayouts).sendWaiting();
    expect(transfersOf()).toHaveLength(0);
  });

  it('waits after one that was refused, until Stripe says again that the account may be sent money; what was refused can be paid by hand', async () => {
    await credit(20n * 1_000_000_000n);
    const accountId = await setUp();
    const account = () => shop.get(PayoutAccounts).of(provider.organizationId);
    shop.double.control.webhooks.hold();
    shop.double.control.restrictAccount(accountId);
    shop.double.control.webhooks.takeHeld();
    await earn(4_000_000_000n);
    await prepare();
    expect(await payouts()).toMatchObject([{ state: 'failed' }]);
    expect(await account()).toMatchObject({ enabled: false });
    const first = period;
    period = next(period);
    await earn(1_000_000_000n);
    await prepare();
    expect(await payouts()).toMatchObject([{ period: first, state: 'failed' }, { period, state: 'waiting', amountNano: 500n * CENT }]);
    const [failed] = await payouts();
    expect(await shop.get(SettlePayout).markPaid(failed!.id, 'SEPA 1')).toMatchObject({ state: 'paid', method: 'offline' });
    expect(await owed()).toBe(1_000_000_000n);
    await expect(shop.get(SettlePayout).markPaid(failed!.id, 'SEPA 1')).rejects.toMatchObject({ code: 'PAYMENTS.PAYOUT_NOT_WAITING' });
    shop.double.control.completeOnboarding(accountId);
    shop.double.control.webhooks.takeHeld();
    await shop.get(PayoutAccounts).refresh();
    expect(await account()).toMatchObject({ enabled: true });
    await shop.get(PreparePayouts).sendWaiting();
    expect(await payouts()).toMatchObject([{ method: 'offline', amountNano: 400n * CENT }, { state: 'paid', method: 'stripe', amountNano: 100n * CENT }]);
    expect(await owed()).toBe(0n);
    await shop.double.control.webhooks.release();
  });

  it.each(['restrict', 'close'] as const)('waits when Stripe did %s the account, though nobody has heard of it', async (what) => {
    await credit(20n * 1_000_000_000n);
    const accountId = await setUp();
    shop.double.control.webhooks.hold();
    await (what === 'close' ? shop.stripe.v2.core.accounts.close(accountId) : shop.double.control.restrictAccount(accountId));
    shop.double.control.webhooks.takeHeld();
    await shop.double.control.webhooks.release();
    // The one that was not looked at for longest.
    await database().withPlatform((tx) => tx.payoutAccount.update({ where: { tenantId: provider.organizationId }, data: { seenAt: new Date(0) } }));
    await shop.get(PayoutAccounts).refresh();
    await earn(4_000_000_000n);
    await prepare();
    expect(await payouts()).toMatchObject([{ state: 'waiting' }]);
  });

  it.each(['timeout-after', 'server-error-after', 'bad-gateway'] as const)('is sent once after %s', async (fault) => {
    const quick = await openShop(database(), { stripeApiBase: shop.double.url, stripeSecretKey: shop.double.apiKey }, { timeoutMs: 400 });
    await credit(20n * 1_000_000_000n);
    await setUp();
    await earn(4_000_000_000n);
    await close(period);
    shop.double.control.fail('transfers.create', fault);
    await quick.get(PreparePayouts).prepare(period);
    for (let tries = 0; tries < 5 && (await payouts())[0]!.state === 'sending'; tries += 1) {
      quick.clock.advance(60 * 60 * 1_000);
      await quick.get(Outbox).runDue();
    }
    await quick.close();
    expect(await payouts()).toMatchObject([{ state: 'paid' }]);
    expect(transfersOf()).toHaveLength(1);
  });

  it.each([['of the same amount', 400, 'paid', 'done'], ['of another', 300, 'sending', 'pending']] as const)(
    'is not sent by a database that was restored from before it was, where Stripe has one %s',
    async (_which, cents, state, operation) => {
      await credit(20n * 1_000_000_000n);
      const accountId = await setUp();
      const key = payoutKey({ tenantId: provider.organizationId, period });
      // Under a key that Stripe has forgotten by now.
      const { id } = await shop.stripe.transfers.create({ destination: accountId, amount: cents, currency: 'usd', transfer_group: key, metadata: { steelyard: key } }, { idempotencyKey: newId() });
      await earn(4_000_000_000n);
      await prepare();
      expect(await payouts()).toMatchObject([{ state, transferId: state === 'paid' ? id : null }]);
      expect(await database().withPlatform((tx) => tx.paymentOperation.findUniqueOrThrow({ where: { key } }))).toMatchObject({ state: operation });
      expect(transfersOf()).toHaveLength(1);
      expect(await owed()).toBe(0n);
    },
  );

  it('waits for the operator when Stripe has too little, and is tried again then', async () => {
    await credit(100_000n * 1_000_000_000n);
    await setUp();
    await earn(50_000n * 1_000_000_000n);
    await prepare();
    const [payout] = await payouts();
    const operation = () => database().withPlatform((tx) => tx.paymentOperation.findUniqueOrThrow({ where: { key: payoutKey(payout!) } }));
    expect(payout).toMatchObject({ state: 'sending' });
    expect(await operation()).toMatchObject({ state: 'stuck', error: expect.stringMatching(/Add funds/) });
    shop.double.control.addFunds(6_000_000, 'usd');
    await shop.get(ResolveOperation).resolve(provider, { id: (await operation()).id, action: 'retry', reason: 'funds added' });
    expect(await operation()).toMatchObject({ state: 'done' });
    expect(await payouts()).toMatchObject([{ state: 'paid' }]);
    expect(transfersOf()).toHaveLength(1);
  });

  it('is marked as paid by hand, once, with a reference', async () => {
    await credit(20n * 1_000_000_000n);
    await earn(4_000_000_000n);
    await prepare();
    const [{ id } = { id: '' }] = await payouts();
    const settle = shop.get(SettlePayout);
    await expect(settle.markPaid(id, ' ')).rejects.toMatchObject({ code: 'PAYMENTS.REFERENCE_MISSING' });
    expect(await settle.markPaid(id, 'SEPA 4711')).toMatchObject({ state: 'paid', method: 'offline', reference: 'SEPA 4711' });
    await expect(settle.markPaid(id, 'SEPA 4712')).rejects.toMatchObject({ code: 'PAYMENTS.PAYOUT_NOT_WAITING' });
    await expect(settle.markPaid(newId(), 'SEPA 4712')).rejects.toMatchObject({ code: 'PAYMENTS.PAYOUT_NOT_FOUND' });
    await expect(settle.reverse(provider, id, 'wrong')).rejects.toMatchObject({ code: 'PAYMENTS.PAYOUT_NOT_PAID' });
    await setUp();
    await shop.get(PreparePayouts).sendWaiting();
    expect(transfersOf()).toHaveLength(0);
    expect(await owed()).toBe(0n);
  });

  const takeBack = async (amountNano: bigint) => {
    const post = `SELECT ledger_post($1, 'correction', $2, 'provider_payable', $3, 'consumer_wallet', $4, 'usd', 'test')`;
    await database().pool.query(post, [newId(), provider.organizationId, consumer.organizationId, amountNano]);
  };

  it('that waits is not sent once its consumer’s payment was taken back, until the consumer has paid', async () => {
    await credit(10_000_000_000n);
    await earn(8_500_000_000n);
    await prepare();
    expect(await payouts()).toMatchObject([{ state: 'waiting', amountNano: 850n * CENT }]);
    const dispute = `SELECT ledger_post($1, 'dispute', $2, 'consumer_wallet', $3, 'stripe_clearing', 10000000000, 'usd', 'test')`;
    await database().pool.query(dispute, [newId(), consumer.organizationId, PLATFORM_ORGANIZATION_ID]);
    await setUp();
    await shop.get(PreparePayouts).sendWaiting();
    expect(await payouts()).toMatchObject([{ state: 'waiting', amountNano: 850n * CENT, failure: expect.stringMatching(/^Nothing of it can be paid now/) }]);
    expect(transfersOf()).toEqual([]);
    await credit(4_000_000_000n);
    await shop.get(PreparePayouts).sendWaiting();
    expect(await payouts()).toMatchObject([{ state: 'paid', amountNano: 400n * CENT, failure: null }]);
    await credit(4_500_000_000n);
    const first = period;
    period = next(period);
    await prepare();
    expect(await payouts()).toMatchObject([{ period: first }, { period, state: 'paid', amountNano: 450n * CENT }]);
    expect(await owed()).toBe(0n);
  });

  it('that waits is what is left of it after corrections, and keeps no later one back', async () => {
    await credit(20n * 1_000_000_000n);
    const first = period;
    await earn(1_000_000_000n);
    await prepare();
    await takeBack(600_000_000n);
    await expect(shop.get(SettlePayout).markPaid((await payouts())[0]!.id, 'SEPA 1')).rejects.toMatchObject({ code: 'PAYMENTS.PAYOUT_NOT_COVERED' });
    expect(await payouts()).toMatchObject([{ state: 'waiting', amountNano: 40n * CENT, failure: null }]);
    expect(await owed()).toBe(400_000_000n);
    period = next(period);
    await earn(300_000_000n);
    await prepare();
    expect(await payouts()).toMatchObject([{ period: first, amountNano: 40n * CENT }, { period, amountNano: 30n * CENT }]);
    await takeBack(350_000_000n);
    await setUp();
    await shop.get(PreparePayouts).sendWaiting();
    expect(await payouts()).toMatchObject([{ period: first, state: 'paid', amountNano: 35n * CENT }, { period, state: 'waiting' }]);
    expect(await owed()).toBe(0n);
  });

  it('that waits beside another is never sent with the same money, however many servers send them at once', async () => {
    await credit(20n * 1_000_000_000n);
    await earn(1_000_000_000n);
    await prepare();
    period = next(period);
    await earn(500_000_000n);
    await prepare();
    await takeBack(300_000_000n);
    await takeBack(250_000_000n);
    await setUp();
    const other = await shop.another();
    const get = shop.get;
    await Promise.all([get, other, get, other].map((each) => each(PreparePayouts).sendWaiting()));
    await shop.get(PreparePayouts).sendWaiting();
    await shop.settle();
    const sent = (await payouts()).filter(({ state }) => state === 'paid').reduce((sum, { amountNano }) => sum + amountNano, 0n);
    expect(sent).toBe(95n * CENT);
    expect(await owed()).toBe(0n);
    expect((await payouts())[1]).toMatchObject({ state: 'waiting', failure: expect.stringMatching(/^Nothing of it/) });
  });

  it('that waits is marked as paid in any order, each as it is', async () => {
    await credit(20n * 1_000_000_000n);
    await earn(1_000_000_000n);
    await prepare();
    period = next(period);
    await earn(300_000_000n);
    await prepare();
    const [older, newer] = await payouts();
    expect(await shop.get(SettlePayout).markPaid(newer!.id, 'SEPA 2')).toMatchObject({ amountNano: 30n * CENT });
    await prepare();
    expect(await shop.get(SettlePayout).markPaid(older!.id, 'SEPA 1')).toMatchObject({ amountNano: 100n * CENT });
    expect(await owed()).toBe(0n);
  });

  it('is taken back by the operator, or in the dashboard, and owed again', async () => {
    await credit(20n * 1_000_000_000n);
    await setUp();
    await earn(4_000_000_000n);
    await prepare();
    const [payout] = await payouts();
    await shop.stripe.transfers.createReversal(payout!.transferId!, { amount: 150 });
    await shop.settle();
    expect(await payouts()).toMatchObject([{ state: 'paid', reversedNano: 150n * CENT }]);
    expect(await owed()).toBe(150n * CENT);
    expect(await shop.get(SettlePayout).reverse(provider, payout!.id, 'a mistake')).toMatchObject({ state: 'reversed' });
    await shop.settle();
    expect(await owed()).toBe(4_000_000_000n);
  });

  it('goes to a provider that is set up, whatever accounts Stripe does not show', async () => {
    const hidden = await shop.consumer();
    const facts = { email: 'gone@example.org', country: 'us', actorId: hidden.actorId, seenAt: new Date(0) };
    await database().withPlatform((tx) => tx.payoutAccount.create({ data: { tenantId: hidden.organizationId, accountId: `acct_${newId()}`, ...facts } }));
    await setUp();
    expect(await shop.get(PayoutAccounts).of(provider.organizationId)).toMatchObject({ enabled: true });
    // Where nothing is answered at all, the round ends; the next one begins with another.
    await database().withPlatform((tx) => tx.payoutAccount.update({ where: { tenantId: provider.organizationId }, data: { enabled: false, seenAt: new Date(0) } }));
    shop.double.control.fail('v2.core.accounts.retrieve', 'bad-gateway');
    await expect(shop.get(PayoutAccounts).refresh()).rejects.toMatchObject({ code: 'PAYMENTS.STRIPE_UNKNOWN' });
    const first = await database().withPlatform((tx) => tx.payoutAccount.findFirst({ where: { enabled: false, accountId: { not: null } }, orderBy: { seenAt: 'asc' } }));
    expect(first!.tenantId).not.toBe(provider.organizationId);
  });

  it('keeps the ledger balanced', async () => {
    expect((await shop.get(Ledger).trialBalance()).every(({ balanced }) => balanced)).toBe(true);
  });
});
