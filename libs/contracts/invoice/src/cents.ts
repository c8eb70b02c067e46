import { divideHalfEven } from '@steelyard/kernel/pricing';

export const NANO_PER_CENT = 10_000_000n;

/**
 * An amount in cents and its parts, so that the parts add up: the sum is rounded half-even, each part is cut, and what is missing goes to the
 * parts that lost most, the first of equal ones first (largest remainder). No part is off by a cent or more.
 * @param amounts in nano-units, none below zero
 */
export function toCents(amounts: readonly bigint[]): { readonly cents: bigint; readonly parts: readonly bigint[] } {
  const cents = divideHalfEven(amounts.reduce((sum, amount) => sum + amount, 0n), NANO_PER_CENT);
  const parts = amounts.map((amount) => amount / NANO_PER_CENT);
  const missing = Number(cents - parts.reduce((sum, part) => sum + part, 0n));
  const byRemainder = amounts.map((amount, index) => ({ index, remainder: amount % NANO_PER_CENT })).sort((a, b) => (a.remainder === b.remainder ? a.index - b.index : a.remainder > b.remainder ? -1 : 1));
  for (const { index } of byRemainder.slice(0, missing)) parts[index]! += 1n;
  return { cents, parts };
}

/** Tax on an amount in cents, half-even. */
export function taxOf(cents: bigint, basisPoints: number): bigint {
  return divideHalfEven(cents * BigInt(basisPoints), 10_000n);
}
