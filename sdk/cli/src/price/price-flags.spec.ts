import { describe, expect, it } from '@jest/globals';
import { component, componentsOf, count, free, type PriceFlags, versionOf } from './price-flags.js';
import { priceText } from './price-text.js';

const flags: PriceFlags = { per: 1, component: [], freeOfCharge: false };

describe('the flags of a price', () => {
  it('are its components', () => {
    const input = component('input_token:0.15:1000000', []);
    expect(componentsOf({ ...flags, unit: 'output_token', amount: '0.60', per: 1_000_000, component: component('request:0.01', input) })).toEqual([
      { unit: 'output_token', amount: '0.60', per: 1_000_000 },
      { unit: 'input_token', amount: '0.15', per: 1_000_000 },
      { unit: 'request', amount: '0.01', per: 1 },
    ]);
    expect(componentsOf({ ...flags, freeOfCharge: true })).toEqual([]);
    expect(free('request:100')).toEqual({ unit: 'request', quantity: 100 });
  });

  it.each<[Partial<PriceFlags>, string]>([
    [{}, 'is missing: give --unit and --amount'],
    [{ unit: 'request' }, '--unit needs --amount'],
    [{ amount: '1' }, '--amount needs --unit'],
    [{ freeOfCharge: true, free: { unit: 'request', quantity: 1 } }, 'goes with no other price'],
    [{ freeOfCharge: true, unit: 'request', amount: '1' }, 'goes with no other price'],
  ])('are refused as %j', (given, message) => {
    expect(() => componentsOf({ ...flags, ...given })).toThrow(message);
  });

  it('are refused where they are not of their form', () => {
    for (const text of ['request', ':1', 'request:', 'a:1:2:3']) expect(() => component(text, [])).toThrow('unit:amount');
    for (const text of ['0', '1.5', '-1', 'many']) expect(() => count(text)).toThrow('whole number');
    expect(() => free('request')).toThrow('whole number');
  });

  it('name a model and its version, and no channel', () => {
    expect([versionOf('acme/digits@1.0.0'), versionOf('digits')]).toEqual([{ model: 'acme/digits', version: '1.0.0' }, { model: 'digits', version: undefined }]);
    expect(() => versionOf('digits:beta')).toThrow('names a channel');
  });
});

describe('the text of a price', () => {
  it('says every part', () => {
    const request = { unit: 'request', amountNano: '1000000', per: 1 };
    expect(priceText({ currency: 'usd', components: [request, { unit: 'input_token', amountNano: '150000000', per: '1000000' }], free: { unit: 'request', quantity: 9 } })).toBe(
      '0.001 usd per request + 0.15 usd per 1000000 input_token, 9 request free a month',
    );
    expect(priceText({ currency: 'usd', components: [{ ...request, amountNano: '0' }] })).toBe('free');
  });
});
