import { describe, expect, it } from '@jest/globals';
import { isFree, isPriceUnit, rateComponent, rateTerms, type PriceTerms } from './price.js';

const tokens: PriceTerms = {
  currency: 'usd',
  components: [
    { unit: 'input_token', amountNano: 150_000_000n, per: 1_000_000n },
    { unit: 'output_token', amountNano: 600_000_000n, per: 1_000_000n },
  ],
};

describe('prices', () => {
  it('are the sum of their components, each rounded by itself', () => {
    expect(rateTerms({ input_token: 1n, output_token: 3n }, tokens)).toEqual({
      amountNano: 1_950n,
      lines: [
        { unit: 'input_token', quantity: 1n, amountNano: 150n },
        { unit: 'output_token', quantity: 3n, amountNano: 1_800n },
      ],
    });
    expect(rateTerms({}, tokens).amountNano).toBe(0n);
  });

  it('count seconds in microseconds and megabytes in bytes', () => {
    expect(rateComponent(1_500_000n, { unit: 'compute_second', amountNano: 100n, per: 1n })).toBe(150n);
    expect(rateComponent(250_000n, { unit: 'megabyte', amountNano: 1_000n, per: 1n })).toBe(250n);
  });

  it('round halves to even', () => {
    const half = { unit: 'character', amountNano: 1n, per: 2n } as const;
    expect([1n, 3n, 5n].map((quantity) => rateComponent(quantity, half))).toEqual([0n, 2n, 2n]);
  });

  it('are free when no component costs anything', () => {
    expect(isFree({ currency: 'usd', components: [{ unit: 'request', amountNano: 0n, per: 1n }] })).toBe(true);
    expect(isFree(tokens)).toBe(false);
  });

  it('know their units', () => {
    expect(isPriceUnit('image')).toBe(true);
    expect(isPriceUnit('toString')).toBe(false);
  });
});
