import { describe, expect, it } from '@jest/globals';
import { UNIT_PARTS } from '@steelyard/kernel';
import fc from 'fast-check';
import { readPrice } from './check-price.js';
import type { PriceSpec } from './price-spec.js';
import { priceOf, termsOf } from './price-terms.js';

const problemsOf = (price: PriceSpec, task = 'text-generation'): string[] => {
  const read = readPrice(price, task);
  return 'problems' in read ? read.problems.map(({ path, message }) => `${path} ${message}`) : [];
};
const one = { unit: 'request', amount: '1', currency: 'usd' };
const tokens = { unit: 'output_token', amount: '0.60', per: 1_000_000 };

describe('readPrice', () => {
  it('takes what is right, to its bounds', () => {
    for (const price of ['free', one, { ...one, amount: '999999999.999999999' }, { ...one, amount: '0.000000001', per: 1_000_000_000 }, { ...one, currency: 'jpy', free: { unit: 'request', quantity: 1 } }] satisfies PriceSpec[]) {
      expect(problemsOf(price)).toEqual([]);
    }
    expect(readPrice({ currency: 'usd', components: [tokens], free: { unit: 'output_token', quantity: 1_000 } }, 'text-generation')).toEqual({
      terms: { currency: 'usd', components: [{ unit: 'output_token', amountNano: 600_000_000n, per: 1_000_000n }], free: { unit: 'output_token', quantity: 1_000n } },
    });
  });

  it.each<[string, PriceSpec, string]>([
    ['less than nothing', { ...one, amount: '-0.1' }, 'amount must not be negative: nobody is paid for a call'],
    ['nothing', { ...one, amount: '0.000' }, 'amount must be more than 0: leave out a unit that costs nothing; where nothing does, the whole price is `free`'],
    ['what is no number', { ...one, amount: '1e3' }, 'amount must be a decimal number as text, e.g. "0.0002"'],
    ['ten places', { ...one, amount: '0.0000000001' }, 'amount may have nine digits before the point and nine after it'],
    ['more than can be counted', { currency: 'usd', components: [{ ...tokens, amount: '100', per: 1 }] }, 'components is too much: the largest call would cost more than can be counted'],
    ['a currency that nobody has', { ...one, currency: 'abc' }, 'currency "abc" is no currency of ISO 4217, e.g. usd'],
    ['a currency in upper case', { ...one, currency: 'USD' }, 'currency must be in lower case: usd'],
    ['a unit that nobody knows', { ...one, unit: 'toString' }, 'unit "toString" cannot be counted of a call of the task text-generation: use request, compute_second, megabyte, character, input_token, output_token'],
    ['part of a unit', { ...one, per: 0.5 }, 'per must be a whole number from 1 to 1000000000'],
    ['too many units', { ...one, per: 1_000_000_001 }, 'per must be a whole number from 1 to 1000000000'],
    ['a unit twice', { currency: 'usd', components: [tokens, tokens] }, 'components[1].unit output_token is named twice'],
    ['no unit', { currency: 'usd', components: [] }, 'components must name at least one unit'],
    ['free units of something else', { ...one, free: { unit: 'output_token', quantity: 1 } }, 'free.unit must be request or a unit that the price is by: request'],
    ['no free units', { ...one, free: { unit: 'request', quantity: 0 } }, 'free.quantity must be a whole number from 1 to 1000000000'],
  ])('refuses %s', (_what, price, problem) => {
    expect(problemsOf(price)).toEqual([problem]);
  });

  it('says everything at once', () => {
    expect(problemsOf({ currency: 'x', components: [{ unit: 'image', amount: '-1' }], free: { unit: 'image', quantity: -1 } })).toHaveLength(4);
  });

  it('writes terms so that they are read again', () => {
    const component = fc.record({ unit: fc.constantFrom(...(Object.keys(UNIT_PARTS) as (keyof typeof UNIT_PARTS)[])), amountNano: fc.bigInt(1n, 10n ** 18n), per: fc.bigInt(1n, 10n ** 9n) });
    const free = fc.option(fc.record({ unit: fc.constant('request' as const), quantity: fc.bigInt(1n, 10n ** 9n) }), { nil: undefined });
    const terms = fc.record({ currency: fc.constantFrom('usd', 'eur'), components: fc.uniqueArray(component, { minLength: 1, selector: ({ unit }) => unit }), free });
    fc.assert(fc.property(terms, (given) => expect(termsOf(priceOf(given))).toEqual(given)));
    expect(priceOf(termsOf('free'))).toBe('free');
  });
});
