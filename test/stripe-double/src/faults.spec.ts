import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import Stripe from 'stripe';
import { faults, startStripeDouble, type Fault, type StripeDouble } from './index.js';

let double: StripeDouble;
let stripe: Stripe;
let nowMs: number;

beforeEach(async () => {
  nowMs = Date.parse('2026-11-30T12:00:00Z');
  double = await startStripeDouble({ clock: { nowMs: () => nowMs } });
  stripe = new Stripe(double.apiKey, { ...double.options, timeout: 1_000 });
});

afterEach(() => double.stop());

const create = (key: string) => stripe.customers.create({ name: 'x' }, { idempotencyKey: key });
const made = async () => (await stripe.customers.list()).data.length;

/** What the stripe package makes of each fault, and whether the work was done. */
const outcomes: Record<Exclude<Fault, 'bare-not-found' | 'slow'>, { error: object; done: boolean }> = {
  'timeout-before': { error: { type: 'StripeConnectionError' }, done: false },
  'timeout-after': { error: { type: 'StripeConnectionError' }, done: true },
  'reset-before': { error: { type: 'StripeConnectionError' }, done: false },
  'reset-after': { error: { type: 'StripeConnectionError' }, done: true },
  'server-error-before': { error: { type: 'StripeAPIError', statusCode: 500 }, done: false },
  'server-error-after': { error: { type: 'StripeAPIError', statusCode: 500 }, done: true },
  conflict: { error: { type: 'StripeAPIError', statusCode: 409, code: 'lock_timeout' }, done: false },
  'rate-limit': { error: { type: 'StripeRateLimitError', statusCode: 429, headers: { 'retry-after': '2' } }, done: false },
  'bad-gateway': { error: { type: 'StripeAPIError' }, done: false },
};

describe('a fault', () => {
  it.each(Object.entries(outcomes))('%s', async (fault, { error, done }) => {
    // The stripe package tries once more by itself after a connection that broke.
    const times = fault.startsWith('reset') ? 2 : 1;
    double.control.fail('customers.create', fault as Fault, times);
    await expect(create('k1')).rejects.toMatchObject(error);
    expect(double.control.remainingFaults()).toEqual([]);
    expect(await made()).toBe(done ? 1 : 0);

    const again = create('k1');
    if (fault === 'server-error-after') await expect(again).rejects.toMatchObject({ statusCode: 500 });
    else await expect(again).resolves.toMatchObject({ name: 'x' });
    expect(await made()).toBe(1);
  });

  it('are all named', () => {
    expect([...Object.keys(outcomes), 'bare-not-found', 'slow'].sort()).toEqual([...faults].sort());
  });

  it('bare-not-found is taken for an answer by the stripe package: only the status tells', async () => {
    double.control.fail('customers.create', 'bare-not-found');
    const answer = await create('k1');
    expect(answer.id).toBeUndefined();
    expect(answer.lastResponse.statusCode).toBe(404);
    expect(await made()).toBe(0);
  });

  it('slow lets a second request with the same key come too early', async () => {
    double.control.fail('customers.create', 'slow');
    const patient = new Stripe(double.apiKey, double.options);
    const first = patient.customers.create({ name: 'x' }, { idempotencyKey: 'k1' });
    await new Promise((resolve) => setTimeout(resolve, 100));
    await expect(create('k1')).rejects.toMatchObject({ statusCode: 409, code: 'idempotency_key_in_use' });
    expect((await create('k2')).id).not.toBe((await first).id);
    expect((await create('k1')).id).toBe((await first).id);
  });

  it('comes once for each time it was asked for, and to its operation alone', async () => {
    double.control.fail('customers.create', 'rate-limit', 2);
    await expect(stripe.customers.list()).resolves.toMatchObject({ data: [] });
    await expect(create('k1')).rejects.toMatchObject({ statusCode: 429 });
    await expect(create('k1')).rejects.toMatchObject({ statusCode: 429 });
    await expect(create('k1')).resolves.toMatchObject({ name: 'x' });
    double.control.fail('customers.create', 'conflict');
    double.control.clearFaults();
    await expect(create('k2')).resolves.toMatchObject({ name: 'x' });
  });
});

describe('an idempotency key', () => {
  it('is forgotten after a day; what it made is made again then', async () => {
    const first = await create('k1');
    nowMs += 86_400_000 - 1;
    expect((await create('k1')).id).toBe(first.id);
    nowMs += 1;
    expect((await create('k1')).id).not.toBe(first.id);
  });

  it('of version 2 lives a month, and is free again after a refusal', async () => {
    const account = (displayName: string) => stripe.v2.core.accounts.create({ display_name: displayName }, { idempotencyKey: 'k1' });
    const first = await account('a');
    nowMs += 29 * 86_400_000;
    expect((await account('a')).id).toBe(first.id);
    await expect(account('b')).rejects.toMatchObject({ type: 'StripeIdempotencyError' });
    const link = (id: string) => ({ account: id, use_case: { type: 'account_onboarding' as const, account_onboarding: { refresh_url: 'https://x.test' } } });
    await expect(stripe.v2.core.accountLinks.create(link('acct_none'), { idempotencyKey: 'k2' })).rejects.toMatchObject({ statusCode: 404 });
    await expect(stripe.v2.core.accountLinks.create(link(first.id), { idempotencyKey: 'k2' })).resolves.toMatchObject({ account: first.id });
  });
});

describe('the same seed', () => {
  it('gives the same ids, another one gives others', async () => {
    const ids = await Promise.all(
      [1, 1, 2].map(async (seed) => {
        const other = await startStripeDouble({ seed });
        const { id } = await new Stripe(other.apiKey, other.options).customers.create();
        await other.stop();
        return id;
      }),
    );
    expect(ids[0]).toBe(ids[1]);
    expect(ids[0]).not.toBe(ids[2]);
  });
});
