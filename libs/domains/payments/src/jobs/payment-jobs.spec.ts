import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, jest } from '@jest/globals';
import { Ledger } from '@steelyard/domain-ledger';
import { newId } from '@steelyard/kernel';
import { sqlTransaction } from '@steelyard/platform-database';
import { describeDatabase } from '@steelyard/test-support';
import { PayoutAccounts } from '../payouts/payout-accounts.js';
import { SetUpPayouts } from '../payouts/set-up-payouts.js';
import { openShop, type Shop } from '../testing/shop.fixture.js';
import { PaymentJobs } from './payment-jobs.js';

/** The lock under which payouts are prepared. */
const PREPARING = 72_707_390;
/** The rounds' time is the spec's own; everything else's is the machine's. */
const REAL = ['Date', 'hrtime', 'nextTick', 'performance', 'queueMicrotask', 'setImmediate', 'clearImmediate', 'setTimeout', 'clearTimeout'] as const;

describeDatabase('what goes on by itself', (context) => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop(context.database());
    shop.double.control.addFunds(1_000_000, 'usd');
  });
  beforeEach(() => void jest.useFakeTimers({ doNotFake: [...REAL] }));
  afterEach(() => void jest.useRealTimers());
  afterAll(() => shop.close());

  it('sends payouts that wait while those of another month cannot be prepared', async () => {
    const provider = await shop.consumer();
    const { account } = await shop.get(SetUpPayouts).setUp(provider, { email: 'ada@example.org', country: 'US' });
    shop.double.control.completeOnboarding(account.accountId!);
    await shop.get(PayoutAccounts).refresh();
    const { pool } = context.database();
    const earned = `SELECT ledger_post($1, 'usage_share', $2, 'consumer_wallet', $2, 'provider_payable', 5000000000, 'usd', 'test')`;
    await shop.get(Ledger).credit({ tenantId: provider.organizationId, amountNano: 5_000_000_000n, currency: 'usd', reason: 'test', transferId: newId() });
    await pool.query(earned, [newId(), provider.organizationId]);
    await pool.query(`INSERT INTO usage_period (period, closed_by) VALUES (202501, 'test')`);
    const payout = { id: newId(), tenantId: provider.organizationId, period: 202_412, currency: 'usd', amountNano: 5_000_000_000n, actorId: 'test' };
    await context.database().withPlatform((tx) => tx.payout.create({ data: payout }));
    const state = async () => (await context.database().withPlatform((tx) => tx.payout.findUniqueOrThrow({ where: { id: payout.id } }))).state;
    const jobs = shop.get(PaymentJobs);
    await sqlTransaction(pool, async (client) => {
      await client.query('SELECT pg_advisory_xact_lock($1::bigint)', [PREPARING]);
      jobs.onApplicationBootstrap();
      jest.advanceTimersByTime(5 * 60_000);
      for (let tries = 0; tries < 200 && (await state()) !== 'paid'; tries += 1) await pause(100);
    });
    expect(await state()).toBe('paid');
    await jobs.onApplicationShutdown();
  });
});
