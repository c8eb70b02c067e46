import { describe, expect, it } from '@jest/globals';
import Stripe from 'stripe';
import { startStripeDouble } from '../index.js';
import { Blanks } from './blank.js';
import { Checks } from './checks.js';
import { loadContract } from './load-contract.js';
import { operations } from './operations.js';
import { recordRoute } from './record-route.js';

const contract = await loadContract();
const checks = new Checks(contract);
const blanks = new Blanks(contract);

describe('the contract', () => {
  it('knows the verb, the path and both sides of every operation, in the version of the package', () => {
    expect(Object.keys(contract.operations)).toEqual([...operations]);
    expect(contract.apiVersion).toBe(Stripe.API_VERSION);
    expect(contract.operations['transfers.createReversal']).toMatchObject({ verb: 'POST', path: '/v1/transfers/{id}/reversals' });
    expect(contract.operations['customers.del']).toMatchObject({ verb: 'DELETE', path: '/v1/customers/{id}' });
    expect(contract.operations['v2.core.accounts.create']).toMatchObject({ verb: 'POST', path: '/v2/core/accounts' });
  });

  it('cannot be had of an operation that the package does not have', async () => {
    await expect(recordRoute('customers.frobnicate', ['id'])).rejects.toThrow();
  });

  it('takes the plainest answer of each operation that answers one object', () => {
    const single = operations.filter((operation) => !/list|search|\.del$/i.test(operation));
    expect(single.length).toBeGreaterThan(30);
    for (const operation of single) expect([operation, checks.findInObject(operation, blanks.of(operation))]).toEqual([operation, []]);
  });

  const intent = () => blanks.of('paymentIntents.retrieve') as unknown as Record<string, unknown>;
  it.each([
    ['a property that Stripe does not have', { frobnicated: true }, 'additionalProperties'],
    ['a value of another type', { amount: '20' }, 'type'],
    ['a status that Stripe does not have', { status: 'paid' }, 'enum'],
    ['null where there is always something', { id: null }, 'type'],
    ['metadata that are not texts', { metadata: { order: 7 } }, 'type'],
  ])('finds %s', (_what, change, keyword) => {
    expect(checks.findInObject('paymentIntents.retrieve', { ...intent(), ...change }).map((error) => error.keyword)).toContain(keyword);
  });

  it('finds what is missing', () => {
    const { client_secret: _secret, ...rest } = intent();
    expect(checks.findInObject('paymentIntents.retrieve', rest)).toMatchObject([{ keyword: 'required', params: { missingProperty: 'client_secret' } }]);
  });

  it('reads the texts of a form as what they stand for', () => {
    const params = { amount: '2000', currency: 'usd', confirm: 'true', metadata: { order: '7', removed: '' }, expand: ['customer'] };
    expect(checks.findInRequest('paymentIntents.create', params)).toEqual([]);
    expect(params).toEqual({ amount: 2000, currency: 'usd', confirm: true, metadata: { order: '7', removed: '' }, expand: ['customer'] });
  });

  it('fails the test of a double that breaks it, or that ignores a parameter', async () => {
    const double = await startStripeDouble();
    const stripe = new Stripe(double.apiKey, double.options);
    const customer = await stripe.customers.create();
    Object.assign(double.control.store.get('customer', customer.id), { balance: 'much' });
    await expect(stripe.customers.retrieve(customer.id)).rejects.toMatchObject({ statusCode: 500 });
    await expect(stripe.customers.create({ tax_exempt: 'exempt' })).rejects.toThrow('does nothing with tax_exempt');
    expect(double.control.violations()).toHaveLength(2);
    await expect(double.stop()).rejects.toThrow(/broke its contract:.*\n.*customers.retrieve breaks the contract: \/balance must be number/);
  });
});
