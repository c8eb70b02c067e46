import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { NANO_PER_CENT, taxOf, toCents } from './cents.js';

it('rounds ten thousand invoices so that their lines add up and none is off by a cent', () => {
  const amount = fc.oneof(fc.bigInt(0n, 3n * NANO_PER_CENT), fc.bigInt(0n, 10n ** 15n), fc.bigInt(0n, 30n).map((half) => half * (NANO_PER_CENT / 2n)));
  fc.assert(
    fc.property(fc.array(amount, { maxLength: 40 }), (amounts) => {
      const { cents, parts } = toCents(amounts);
      const total = amounts.reduce((sum, item) => sum + item, 0n);
      expect(parts.reduce((sum, part) => sum + part, 0n)).toBe(cents);
      // Half-even: off by half a cent at most, and exactly half only when even.
      const off = abs(cents * NANO_PER_CENT - total) * 2n;
      expect(off < NANO_PER_CENT || (off === NANO_PER_CENT && cents % 2n === 0n)).toBe(true);
      expect(parts.filter((part, index) => abs(part * NANO_PER_CENT - amounts[index]!) >= NANO_PER_CENT)).toEqual([]);
    }),
    { numRuns: 10_000 },
  );
});

it('gives what is missing to those that lost most, the first of equal ones first', () => {
  expect(toCents([6_000_000n, 7_000_000n, 7_000_000n])).toEqual({ cents: 2n, parts: [0n, 1n, 1n] });
  expect(toCents([5_000_000n, 5_000_000n, 5_000_000n])).toEqual({ cents: 2n, parts: [1n, 1n, 0n] });
  expect(toCents([5_000_000n])).toEqual({ cents: 0n, parts: [0n] });
  expect(toCents([])).toEqual({ cents: 0n, parts: [] });
});

it('taxes cents half-even', () => {
  expect([taxOf(50n, 1_900), taxOf(150n, 100), taxOf(250n, 100), taxOf(1_000n, 0)]).toEqual([10n, 2n, 2n, 0n]);
});

function abs(value: bigint): bigint {
  return value < 0n ? -value : value;
}
