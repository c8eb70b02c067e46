import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, it, jest } from '@jest/globals';
import { Ledger } from '@steelyard/domain-ledger';
import { newId, type Caller } from '@steelyard/kernel';
import { sqlTransaction } from '@steelyard/platform-database';
import type { Operation as StripeOperation } from '@steelyard/stripe-double';
import { describeDatabase } from '@steelyard/test-support';
import { openShop, type Shop } from '../testing/shop.fixture.js';
import { TopUp } from '../top-ups/top-up.js';
import { HEAD_START_MS } from './operation-rows.js';
import { Outbox } from './outbox.js';
import { ResolveOperation } from './resolve-operation.js';

const HOUR_MS = 60 * 60 * 1_000;
const CHARGE: StripeOperation = 'paymentIntents.create';

describeDatabase('the outbox', (context) => {
  let shop: Shop;
  let caller: Caller;
  beforeAll(async () => {
    shop = await openShop(context.database(), {}, { timeoutMs: 300 });
    caller = await shop.consumer();
    await shop.paid(caller, '10.00');
  });
  afterEach(() => shop.double.control.clearFaults());
  afterAll(() => shop.close());

  const charge = (idempotencyKey = newId()) => shop.get(TopUp).pay(caller, { amount: '3.00', method: 'saved', idempotencyKey });
  const operationOf = (paymentId: string) => context.database().withPlatform((tx) => tx.paymentOperation.findUniqueOrThrow({ where: { key: `topup:${paymentId}` } }));
  const intentsOf = (paymentId: string) => shop.double.control.store.all('payment_intent').filter(({ metadata }) => metadata['steelyard'] === `topup:${paymentId}`);
  /** Time goes by until nothing is to be done any more. */
  const later = async (ms = HOUR_MS) => {
    shop.clock.advance(ms);
    await shop.settle();
  };

  it.each(['timeout-after', 'reset-after', 'server-error-after', 'timeout-before', 'reset-before', 'server-error-before', 'conflict', 'rate-limit', 'bad-gateway', 'bare-not-found'] as const)(
    'charges once and fills the wallet once after %s',
    async (fault) => {
      const before = await shop.wallet(caller);
      shop.double.control.webhooks.hold();
      // A broken connection is tried once more by the stripe package itself.
      shop.double.control.fail(CHARGE, fault, fault.startsWith('reset') ? 2 : 1);
      const payment = await charge();
      expect(payment.state).toBe('pending');
      await later();
      shop.double.control.webhooks.takeHeld();
      expect(await operationOf(payment.id)).toMatchObject({ state: 'done', error: null });
      expect(intentsOf(payment.id)).toHaveLength(1);
      expect((await shop.wallet(caller)) - before).toBe(300n);
      await shop.double.control.webhooks.release();
    },
  );

  it('answers the same key with what has become of it', async () => {
    shop.double.control.fail(CHARGE, 'timeout-before');
    const key = newId();
    expect(await charge(key)).toMatchObject({ state: 'pending' });
    expect(await charge(key)).toMatchObject({ state: 'succeeded' });
  });

  it('is done once by two servers at once', async () => {
    const other = await shop.another();
    shop.double.control.fail(CHARGE, 'timeout-before', 5);
    const payments = await Promise.all(Array.from({ length: 5 }, () => charge()));
    shop.double.control.clearFaults();
    shop.clock.advance(HOUR_MS);
    const counts = await Promise.all([shop.get(Outbox).runDue(), other(Outbox).runDue()]);
    expect(counts[0] + counts[1]).toBe(5);
    for (const { id } of payments) expect(intentsOf(id)).toHaveLength(1);
  });

  it('is left by rounds to the server that was asked, for a moment: its caller is told what Stripe says', async () => {
    const other = await shop.another();
    const outbox = shop.get(Outbox);
    const run = outbox.run.bind(outbox);
    const taken: number[] = [];
    jest.spyOn(outbox, 'run').mockImplementationOnce(async (id) => {
      taken.push(await other(Outbox).runDue());
      await run(id);
    });
    expect(await charge()).toMatchObject({ state: 'succeeded' });
    jest.spyOn(outbox, 'run').mockImplementationOnce(async () => {
      shop.clock.advance(HEAD_START_MS);
      taken.push(await other(Outbox).runDue());
    });
    expect(await charge()).toMatchObject({ state: 'succeeded' });
    expect(taken).toEqual([0, 1]);
  });

  it('is taken up by another when a server dies at it', async () => {
    shop.double.control.fail(CHARGE, 'timeout-before');
    const { id } = await charge();
    // As a server leaves it that dies between the sending and the writing.
    const claimedUntil = new Date(shop.clock.nowMs() + 60_000);
    await context.database().withPlatform((tx) => tx.paymentOperation.update({ where: { key: `topup:${id}` }, data: { claimedUntil, nextAt: new Date(0) } }));
    expect(await (await shop.another())(Outbox).runDue()).toBe(0);
    shop.clock.advance(61_000);
    expect(await (await shop.another())(Outbox).runDue()).toBe(1);
    expect(intentsOf(id)).toHaveLength(1);
  });

  it('sends nothing again once Stripe has forgotten its key, and asks the operator', async () => {
    shop.double.control.fail(CHARGE, 'timeout-before');
    const { id } = await charge();
    await later(25 * HOUR_MS);
    const stuck = await operationOf(id);
    expect(stuck).toMatchObject({ state: 'stuck', error: expect.stringContaining('tried again, or give it up') });
    expect(intentsOf(id)).toHaveLength(0);
    const resolve = shop.get(ResolveOperation);
    await expect(resolve.resolve(caller, { id: stuck.id, action: 'retry', reason: ' ' })).rejects.toMatchObject({ code: 'PAYMENTS.REASON_MISSING' });
    await resolve.resolve(caller, { id: stuck.id, action: 'retry', reason: 'not in the dashboard' });
    expect(await operationOf(id)).toMatchObject({ state: 'done', revision: 1, resolvedBy: caller.actorId, resolution: 'retry: not in the dashboard' });
    expect(intentsOf(id)).toHaveLength(1);
    await expect(resolve.resolve(caller, { id: stuck.id, action: 'retry', reason: 'again' })).rejects.toMatchObject({ code: 'PAYMENTS.OPERATION_NOT_STUCK' });
    await expect(resolve.resolve(caller, { id: newId(), action: 'retry', reason: 'again' })).rejects.toMatchObject({ code: 'PAYMENTS.OPERATION_NOT_FOUND' });
  });

  it('is given up, unless Stripe has it after all', async () => {
    const before = await shop.wallet(caller);
    shop.double.control.fail(CHARGE, 'timeout-before');
    const given = await charge();
    await later(25 * HOUR_MS);
    await shop.get(ResolveOperation).resolve(caller, { id: (await operationOf(given.id)).id, action: 'give-up', reason: 'the customer has paid by bank' });
    expect(await operationOf(given.id)).toMatchObject({ state: 'failed' });
    expect(await context.database().withPlatform((tx) => tx.payment.findUniqueOrThrow({ where: { id: given.id } }))).toMatchObject({ state: 'failed', failure: 'the customer has paid by bank' });

    shop.double.control.webhooks.hold();
    shop.double.control.fail(CHARGE, 'timeout-after');
    const made = await charge();
    await context.database().withPlatform((tx) => tx.paymentOperation.update({ where: { key: `topup:${made.id}` }, data: { state: 'stuck' } }));
    await shop.get(ResolveOperation).resolve(caller, { id: (await operationOf(made.id)).id, action: 'give-up', reason: 'not seen' });
    await shop.double.control.webhooks.release();
    await shop.settle();
    expect(await operationOf(made.id)).toMatchObject({ state: 'done' });
    expect((await shop.wallet(caller)) - before).toBe(300n);
  });

  it('is given up or tried again, and not both, when two decide at once', async () => {
    const before = await shop.wallet(caller);
    shop.double.control.fail(CHARGE, 'timeout-before');
    const { id } = await charge();
    await later(25 * HOUR_MS);
    const stuck = await operationOf(id);
    const decide = (action: 'give-up' | 'retry') => shop.get(ResolveOperation).resolve(caller, { id: stuck.id, action, reason: 'decided' });
    const { pool } = context.database();
    const waiting = async () => (await pool.query(`SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`)).rows.length;
    // Both have looked it up before either has written anything, the one that gives up first.
    const decisions: Promise<string>[] = [];
    await sqlTransaction(pool, async (client) => {
      await client.query('SELECT FROM payment_operation WHERE id = $1 FOR UPDATE', [stuck.id]);
      for (const action of ['give-up', 'retry'] as const) {
        decisions.push(decide(action));
        for (let tries = 0; tries < 100 && (await waiting()) < decisions.length; tries += 1) await pause(20);
      }
    });
    const outcomes = await Promise.allSettled(decisions);
    expect(outcomes).toMatchObject([{ status: 'fulfilled' }, { status: 'rejected', reason: { code: 'PAYMENTS.OPERATION_NOT_STUCK' } }]);
    await shop.settle();
    expect(await operationOf(id)).toMatchObject({ state: 'failed', revision: 0, resolution: 'give-up: decided' });
    expect(intentsOf(id)).toHaveLength(0);
    expect(await shop.wallet(caller)).toBe(before);
  });

  it('keeps the ledger balanced', async () => {
    expect((await shop.get(Ledger).trialBalance()).every(({ balanced }) => balanced)).toBe(true);
  });
});
