import { expect } from '@jest/globals';
import Stripe from 'stripe';
import type { Script } from './script.js';

export const refusals: Script[] = [
  {
    name: 'parameters that Stripe does not have, does not get or cannot read are refused',
    async play({ stripe }) {
      const create = (params: object) => stripe.paymentIntents.create(params as Stripe.PaymentIntentCreateParams);
      await expect(create({ amount: 20_00, currency: 'usd', amonut: 1 })).rejects.toMatchObject({ statusCode: 400, code: 'parameter_unknown', param: 'amonut' });
      await expect(create({ amount: 20_00, currency: 'usd', payment_method_options: { card: { frobnicate: true } } })).rejects.toMatchObject({ code: 'parameter_unknown' });
      await expect(create({ currency: 'usd' })).rejects.toMatchObject({ statusCode: 400, code: 'parameter_missing', param: 'amount' });
      await expect(create({ amount: 'much', currency: 'usd' })).rejects.toMatchObject({ statusCode: 400, code: 'parameter_invalid_integer', param: 'amount' });
      await expect(create({ amount: 1, currency: 'usd' })).rejects.toMatchObject({ statusCode: 400, code: 'amount_too_small' });
      await expect(stripe.customers.list({ limit: 101 })).rejects.toMatchObject({ statusCode: 400, param: 'limit' });
      await expect(stripe.customers.list({ starting_after: 'cus_nobody' })).rejects.toMatchObject({ statusCode: 400 });
    },
  },
  {
    name: 'what is not there is not found',
    async play({ stripe }) {
      for (const ask of [stripe.customers.retrieve('cus_nobody'), stripe.paymentIntents.retrieve('pi_none'), stripe.transfers.retrieve('tr_none')]) {
        await expect(ask).rejects.toMatchObject({ type: 'StripeInvalidRequestError', statusCode: 404, code: 'resource_missing' });
      }
    },
  },
  {
    name: 'a key that is none is refused',
    needsHand: true,
    async play({ stripe }) {
      const nobody = { apiKey: 'sk_live_somebody' };
      await expect(stripe.customers.list({}, nobody)).rejects.toMatchObject({ type: 'StripeAuthenticationError', statusCode: 401 });
    },
  },
  {
    name: 'an idempotency key gets its first answer again, and no other request',
    async play({ stripe }) {
      const once = { idempotencyKey: `key-${Date.now()}-${Math.random()}` };
      const first = await stripe.customers.create({ name: 'once' }, once);
      const again = await stripe.customers.create({ name: 'once' }, once);
      expect(again.id).toBe(first.id);
      expect(again.lastResponse.headers['idempotent-replayed']).toBe('true');
      await expect(stripe.customers.create({ name: 'twice' }, once)).rejects.toMatchObject({ type: 'StripeIdempotencyError', statusCode: 400 });
    },
  },
  {
    name: 'a decline is an answer that an idempotency key gets again; refused parameters use no key up',
    async play({ stripe }) {
      const customer = await stripe.customers.create();
      const method = await stripe.paymentMethods.attach('pm_card_chargeCustomerFail', { customer: customer.id });
      const params: Stripe.PaymentIntentCreateParams = { amount: 20_00, currency: 'usd', customer: customer.id, payment_method: method.id, confirm: true, off_session: true };
      const declined = { idempotencyKey: `declined-${customer.id}` };
      const failures = [await stripe.paymentIntents.create(params, declined).catch(intentOf), await stripe.paymentIntents.create(params, declined).catch(intentOf)];
      expect(failures[0]).toMatch(/^pi_/);
      expect(failures[1]).toBe(failures[0]);
      const refused = { idempotencyKey: `refused-${customer.id}` };
      await expect(stripe.customers.create({ nmae: 'x' } as Stripe.CustomerCreateParams, refused)).rejects.toMatchObject({ code: 'parameter_unknown' });
      await expect(stripe.customers.create({ name: 'x' }, refused)).resolves.toMatchObject({ name: 'x' });
    },
  },
];

function intentOf(error: unknown): string | undefined {
  return error instanceof Stripe.errors.StripeCardError ? error.payment_intent?.id : undefined;
}
