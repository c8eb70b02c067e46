import { expect } from '@jest/globals';
import type Stripe from 'stripe';
import type { Script } from './script.js';

export const records: Script[] = [
  {
    name: 'events tell what happened, the newest first, page by page',
    async play({ stripe }) {
      const customer = await stripe.customers.create();
      for (const name of ['a', 'b', 'c']) await stripe.customers.update(customer.id, { name });
      const types = ['customer.updated'];
      const mine = (event: Stripe.Event) => (event.data.object as { id?: string }).id === customer.id;
      const events = (await stripe.events.list({ types, limit: 2 }).autoPagingToArray({ limit: 20 })).filter(mine);
      expect(events.map(({ data }) => (data.object as Stripe.Customer).name)).toEqual(['c', 'b', 'a']);
      expect(await stripe.events.retrieve(events[0]!.id)).toMatchObject({ type: 'customer.updated', livemode: false, data: { object: { name: 'c' } } });
      const page = await stripe.events.list({ types, limit: 1, starting_after: events[0]!.id });
      expect(page.data[0]!.id).toBe(events[1]!.id);
      const back = await stripe.events.list({ types, limit: 1, ending_before: events[1]!.id });
      expect(back.data[0]!.id).toBe(events[0]!.id);
    },
  },
  {
    name: 'endpoints of webhooks are made, changed and taken away; their secret is told once',
    async play({ stripe }) {
      const made = await stripe.webhookEndpoints.create({ url: 'https://example.test/hooks', enabled_events: ['charge.refunded', 'payment_intent.succeeded'], metadata: { of: 'test' } });
      expect(made.secret).toMatch(/^whsec_/);
      expect((await stripe.webhookEndpoints.retrieve(made.id)).secret).toBeUndefined();
      expect(await stripe.webhookEndpoints.update(made.id, { enabled_events: ['*'], disabled: true })).toMatchObject({ enabled_events: ['*'], status: 'disabled' });
      expect((await stripe.webhookEndpoints.list({ limit: 100 })).data.map(({ id }) => id)).toContain(made.id);
      expect(await stripe.webhookEndpoints.del(made.id)).toMatchObject({ deleted: true });
      await expect(stripe.webhookEndpoints.retrieve(made.id)).rejects.toMatchObject({ statusCode: 404, code: 'resource_missing' });
    },
  },
];
