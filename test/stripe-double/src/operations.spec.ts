import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import Stripe from 'stripe';
import { operations, startStripeDouble, type StripeDouble } from './index.js';
import { scripts } from './scripts/index.js';
import type { Stage } from './scripts/script.js';

describe('the double, asked by the stripe package', () => {
  let double: StripeDouble;
  let stage: Stage;

  beforeAll(async () => {
    let nowMs = Date.parse('2026-11-30T12:00:00Z');
    double = await startStripeDouble({ clock: { nowMs: () => nowMs } });
    const hand = { control: double.control, passMs: (ms: number) => void (nowMs += ms) };
    stage = { stripe: new Stripe(double.apiKey, { ...double.options, timeout: 5_000 }), hand };
  });

  it.each(scripts)('$name', (script) => script.play(stage));

  it('has held a request and an answer of every operation to the contract', () => {
    const coverage = double.control.coverage();
    const lines = operations.map((operation) => ({ operation, ...(coverage.get(operation) ?? { request: 0, response: 0 }) }));
    console.log(['Held to the contract of stripe ' + Stripe.PACKAGE_VERSION + ' (requests, answers):', ...lines.map(({ operation, request, response }) => `  ${operation.padEnd(34)} ${request} ${response}`)].join('\n'));
    expect(lines.filter(({ request, response }) => request === 0 || response === 0)).toEqual([]);
  });

  afterAll(() => double.stop());
});

const key = process.env.STEELYARD_TEST_STRIPE_KEY;
const scriptsOfStripe = scripts.filter(({ needsHand }) => !needsHand);

if (key === undefined) {
  console.log(`The ${scriptsOfStripe.length} scripts that Stripe itself can play are left out: STEELYARD_TEST_STRIPE_KEY (an sk_test_ key) is not set.`);
} else {
  describe('Stripe itself, in test mode', () => {
    if (!key.startsWith('sk_test_')) throw new Error('STEELYARD_TEST_STRIPE_KEY must be a key of test mode: sk_test_…');
    const stripe = new Stripe(key);
    it.each(scriptsOfStripe)('$name', (script) => script.play({ stripe, hand: undefined }), 60_000);
  });
}
