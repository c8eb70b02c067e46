import type Stripe from 'stripe';
import { page } from '../../state/list.js';
import { mergeMetadata } from '../../state/metadata.js';
import { missing } from '../../state/stripe-failure.js';
import type { World } from '../../state/world.js';
import type { Handlers } from '../handlers.js';
import { attach } from './payment-methods.js';

type Names = 'customers.create' | 'customers.retrieve' | 'customers.update' | 'customers.del' | 'customers.list' | 'customers.listPaymentMethods';

export function customers(world: World): Handlers<Names> {
  const { store } = world;
  const deleted = new Set<string>();

  return {
    'customers.create': ({ email = null, name = null, description = null, phone = null, metadata, payment_method, invoice_settings }) => {
      const customer = world.create('customer', { email, name, description, phone, metadata: mergeMetadata(null, metadata), delinquent: false });
      if (payment_method) attach(world, payment_method, customer.id);
      setDefaultPaymentMethod(customer, invoice_settings);
      world.emit('customer.created', customer);
      return customer;
    },
    'customers.retrieve': (_params, id) => (deleted.has(id) ? { id: id, object: 'customer', deleted: true } : store.get('customer', id)),
    'customers.update': ({ email, name, description, phone, metadata, invoice_settings }, id) => {
      const customer = store.get('customer', id);
      Object.assign(customer, stated({ email, name, description, phone }), { metadata: mergeMetadata(customer.metadata, metadata) });
      setDefaultPaymentMethod(customer, invoice_settings);
      world.emit('customer.updated', customer);
      return customer;
    },
    'customers.del': (_params, id) => {
      const customer = store.get('customer', id);
      store.remove(customer.id);
      deleted.add(customer.id);
      world.emit('customer.deleted', customer);
      return { id: customer.id, object: 'customer', deleted: true };
    },
    'customers.list': ({ email, ...params }) => page(store.all('customer').filter((customer) => email === undefined || customer.email === email), params, '/v1/customers'),
    'customers.listPaymentMethods': ({ type, ...params }, id) => {
      if (!store.find(id)) throw missing('customer', id);
      const theirs = store.all('payment_method').filter((method) => method.customer === id && (type === undefined || method.type === type));
      return page(theirs, params, `/v1/customers/${id}/payment_methods`);
    },
  };
}

function setDefaultPaymentMethod(customer: Stripe.Customer, settings: { readonly default_payment_method?: string } | undefined): void {
  if (settings?.default_payment_method === undefined) return;
  customer.invoice_settings.default_payment_method = settings.default_payment_method || null;
}

/** What was said, an empty text being nothing. */
export function stated<T extends object>(values: T): Partial<T> {
  const said = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(said.map(([name, value]: [string, unknown]) => [name, value === '' ? null : value])) as Partial<T>;
}
