const NANO_PER_CENT = 10_000_000n;

/** @throws RangeError for an amount that is not whole cents, which nothing may come here with. */
export function toCents(amountNano: bigint): number {
  if (amountNano % NANO_PER_CENT !== 0n) throw new RangeError(`${amountNano} nano-units are not whole cents`);
  return Number(amountNano / NANO_PER_CENT);
}

/** Stripe's amounts are whole hundredths of the currency. */
export function fromCents(cents: number): bigint {
  return BigInt(cents) * NANO_PER_CENT;
}

/** The whole cents of an amount; the rest stays where it is. */
export function floorToCents(amountNano: bigint): bigint {
  return amountNano - (amountNano % NANO_PER_CENT);
}
