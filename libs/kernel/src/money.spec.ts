import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { divideHalfEven, feeOf, formatNano, parseNano, rate } from './money.js';

describe('money', () => {
  it('reads and writes decimal amounts without loss', () => {
    fc.assert(fc.property(fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n }), (nano) => parseNano(formatNano(nano)) === nano));
    expect(formatNano(200_000n)).toBe('0.0002');
    expect(formatNano(12_000_000_000n)).toBe('12.00');
    expect(() => parseNano('1e3')).toThrow(RangeError);
    expect(() => parseNano('0.0000000001')).toThrow(RangeError);
  });

  it('rounds halves to even', () => {
    expect([1n, 3n, 5n, 7n].map((n) => divideHalfEven(n, 2n))).toEqual([0n, 2n, 2n, 4n]);
  });

  it('charges a million single tokens at $0.15 per million exactly 15 cents', () => {
    const price = { amountNano: 150_000_000n, per: 1_000_000n };
    expect(rate(1n, price) * 1_000_000n).toBe(150_000_000n);
  });

  it('splits an amount into fee and share that add up', () => {
    const amounts = fc.bigInt({ min: 0n, max: 10n ** 18n });
    fc.assert(
      fc.property(amounts, fc.integer({ min: 0, max: 10_000 }), (amount, bps) => {
        const fee = feeOf(amount, bps);
        return fee >= 0n && fee <= amount && fee * 10_000n <= amount * BigInt(bps) && (fee + 1n) * 10_000n > amount * BigInt(bps);
      }),
    );
  });
});
