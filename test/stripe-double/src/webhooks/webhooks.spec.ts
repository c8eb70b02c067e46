import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import Stripe from 'stripe';
import { startStripeDouble, type StripeDouble } from '../index.js';

const SECRET = 'whsec_test';
const nowMs = Date.parse('2026-11-30T12:00:00Z');

let endpoint: Server;
let double: StripeDouble;
let stripe: Stripe;
/** What came, verified as the product does it: the event's type, or why it was refused. */
let received: string[];
/** What the endpoint answers to a good one. */
let status: number;

beforeEach(async () => {
  received = [];
  status = 200;
  endpoint = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      try {
        const signature = request.headers['stripe-signature'] as string;
        const payload = Buffer.concat(parts);
        stripe.webhooks.signature!.verifyHeader(payload, signature, SECRET, 300, undefined, nowMs);
        received.push((JSON.parse(payload.toString()) as Stripe.Event).type);
        response.writeHead(status).end();
      } catch (error) {
        received.push((error as Error).message.split('.')[0]!);
        response.writeHead(400).end();
      }
    });
  });
  await new Promise<void>((resolve) => endpoint.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(endpoint.address() as AddressInfo).port}/hooks`;
  double = await startStripeDouble({ clock: { nowMs: () => nowMs }, webhook: { url, secret: SECRET } });
  stripe = new Stripe(double.apiKey, double.options);
});

afterEach(async () => {
  await double.stop();
  await new Promise((resolve) => endpoint.close(resolve));
});

const pay = () => stripe.paymentIntents.create({ amount: 20_00, currency: 'usd', payment_method: 'pm_card_visa', confirm: true });
const PAID = ['payment_intent.created', 'charge.succeeded', 'payment_intent.succeeded'];

describe('webhooks', () => {
  it('tell each event as it happens, signed', async () => {
    await pay();
    await double.control.webhooks.settled();
    expect([...received].sort()).toEqual([...PAID].sort());
    expect(double.control.webhooks.attempts.every((attempt) => attempt.status === 200)).toBe(true);
  });

  it('come in the order, and as often, as a test sends them', async () => {
    const { webhooks } = double.control;
    webhooks.hold();
    await pay();
    const [created, charged, succeeded] = webhooks.takeHeld();
    for (const delivery of [succeeded!, created!, succeeded!]) await webhooks.send(delivery);
    expect(received).toEqual(['payment_intent.succeeded', 'payment_intent.created', 'payment_intent.succeeded']);
    await webhooks.send(charged!);
    expect(received.at(-1)).toBe('charge.succeeded');
    expect(webhooks.takeHeld()).toEqual([]);
  });

  it('go on by themselves after they were held', async () => {
    double.control.webhooks.hold();
    await pay();
    await double.control.webhooks.release();
    expect(received).toEqual(PAID);
    await stripe.customers.create();
    await double.control.webhooks.settled();
    expect(received.at(-1)).toBe('customer.created');
  });

  it.each([
    [{ wrongSecret: true }, 'No signatures found matching the expected signature for payload'],
    [{ tampered: true }, 'No signatures found matching the expected signature for payload'],
    [{ signedAtS: nowMs / 1000 - 301 }, 'Timestamp outside the tolerance zone'],
  ])('that were signed wrongly are seen through: %j', async (options, reason) => {
    double.control.webhooks.hold();
    await pay();
    const [delivery] = double.control.webhooks.takeHeld();
    expect(await double.control.webhooks.send(delivery!, options)).toBe(400);
    expect(received).toEqual([reason]);
  });

  it('that an endpoint did not take are sent again', async () => {
    status = 500;
    await pay();
    await double.control.webhooks.settled();
    expect(await double.control.webhooks.retryFailed()).toBe(0);
    status = 200;
    expect(await double.control.webhooks.retryFailed()).toBe(3);
    expect(await double.control.webhooks.retryFailed()).toBe(0);
  });

  it('go to the endpoints that want them and are there', async () => {
    const { webhooks } = double.control;
    webhooks.hold();
    const made = await stripe.webhookEndpoints.create({ url: 'http://127.0.0.1:9/none', enabled_events: ['charge.succeeded', 'customer.created'] });
    await pay();
    const wanted = webhooks.takeHeld().filter(({ endpointId }) => endpointId === made.id);
    expect(wanted.map(({ event }) => event.type)).toEqual(['charge.succeeded']);
    expect(await webhooks.send(wanted[0]!)).toBeUndefined();
    await stripe.webhookEndpoints.update(made.id, { disabled: true });
    await pay();
    expect(webhooks.takeHeld().some(({ endpointId }) => endpointId === made.id)).toBe(false);
  });

  it('name accounts of version 2, and no more', async () => {
    double.control.webhooks.hold();
    const account = await stripe.v2.core.accounts.create({ configuration: { recipient: { capabilities: { stripe_balance: { stripe_transfers: { requested: true } } } } } });
    double.control.completeOnboarding(account.id);
    const [, , capability] = double.control.webhooks.takeHeld();
    const type = 'v2.core.account[configuration.recipient].capability_status_updated';
    expect(capability!.event).toMatchObject({ object: 'v2.core.event', type, related_object: { id: account.id, type: 'v2.core.account' } });
    await double.control.webhooks.send(capability!);
    expect(received).toEqual([type]);
  });
});
