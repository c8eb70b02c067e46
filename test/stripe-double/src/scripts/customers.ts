import { expect } from '@jest/globals';
import type { Script } from './script.js';

export const customers: Script[] = [
  {
    name: 'a customer is made, changed, listed and deleted',
    async play({ stripe }) {
      const customer = await stripe.customers.create({ name: 'Ada', email: 'ada@example.test', metadata: { kept: '1', replaced: '1', removed: '1' } });
      const updated = await stripe.customers.update(customer.id, { name: 'Ada L.', metadata: { replaced: '2', removed: '' } });
      expect(updated).toMatchObject({ name: 'Ada L.', email: 'ada@example.test', metadata: { kept: '1', replaced: '2' } });
      expect(updated.metadata).not.toHaveProperty('removed');
      expect(await stripe.customers.retrieve(customer.id)).toMatchObject({ name: 'Ada L.', livemode: false });
      expect((await stripe.customers.list({ limit: 100, created: { gte: customer.created } })).data.map(({ id }) => id)).toContain(customer.id);
      expect(await stripe.customers.del(customer.id)).toMatchObject({ deleted: true });
      expect(await stripe.customers.retrieve(customer.id)).toMatchObject({ deleted: true });
    },
  },
  {
    name: 'cards are saved with a customer',
    async play({ stripe }) {
      const customer = await stripe.customers.create();
      const method = await stripe.paymentMethods.create({ type: 'card', card: { token: 'tok_visa' } });
      await stripe.paymentMethods.attach(method.id, { customer: customer.id });
      expect(await stripe.paymentMethods.retrieve(method.id)).toMatchObject({ customer: customer.id, card: { brand: 'visa', last4: '4242' } });
      expect((await stripe.customers.listPaymentMethods(customer.id, { type: 'card' })).data.map(({ id }) => id)).toEqual([method.id]);
      expect((await stripe.paymentMethods.list({ customer: customer.id, type: 'card' })).data.map(({ id }) => id)).toEqual([method.id]);
      await stripe.paymentMethods.detach(method.id);
      expect((await stripe.paymentMethods.list({ customer: customer.id, type: 'card' })).data).toEqual([]);
      await expect(stripe.paymentMethods.detach(method.id)).rejects.toMatchObject({ statusCode: 400 });
      await expect(stripe.paymentMethods.attach('pm_card_chargeDeclined', { customer: customer.id })).rejects.toMatchObject({ statusCode: 402, code: 'card_declined' });
    },
  },
  {
    name: 'a card is set up for later',
    async play({ stripe }) {
      const customer = await stripe.customers.create();
      const asked = await stripe.setupIntents.create({ customer: customer.id, payment_method: 'pm_card_visa', confirm: true, automatic_payment_methods: { enabled: true, allow_redirects: 'never' } });
      const intent = await stripe.setupIntents.retrieve(asked.id, { expand: ['payment_method'] });
      expect(intent).toMatchObject({ status: 'succeeded', usage: 'off_session', payment_method: { customer: customer.id } });
    },
  },
];
