/**
 * Money is a whole number of nano-units (1e-9 of a currency unit) in a `bigint`, with the currency beside it. Never a
 * `number`; a string of digits on the wire. Micro-units would be too coarse: one token at $0.15 per million is 150 nano.
 */
export type Nano = bigint;

export const NANO_PER_UNIT = 1_000_000_000n;

export interface Money {
  readonly currency: string;
  readonly amountNano: Nano;
}

/** A price is a rational: `amountNano` for every `per` of a unit. */
export interface PriceRate {
  readonly amountNano: Nano;
  readonly per: bigint;
}

const DECIMAL = /^(-?)(\d+)(?:\.(\d{1,9}))?$/;

/**
 * Reads a decimal string such as `0.0002` as nano-units.
 * @throws RangeError when the text is no decimal number or has more than nine decimal places.
 */
export function parseNano(decimal: string): Nano {
  const match = DECIMAL.exec(decimal);
  if (!match) throw new RangeError(`"${decimal}" is not a decimal amount with at most nine decimal places`);
  const [, sign, whole, fraction = ''] = match;
  const nano = BigInt(whole!) * NANO_PER_UNIT + BigInt(fraction.padEnd(9, '0'));
  return sign ? -nano : nano;
}

/** The shortest decimal string of an amount, with at least two decimal places: `0.0002`, `12.00`. */
export function formatNano(amount: Nano): string {
  const sign = amount < 0n ? '-' : '';
  const size = amount < 0n ? -amount : amount;
  const fraction = (size % NANO_PER_UNIT).toString().padStart(9, '0').replace(/0{1,7}$/, '');
  return `${sign}${size / NANO_PER_UNIT}.${fraction}`;
}

/** `numerator / denominator` rounded to the nearest whole number, halves to even. Both must be non-negative. */
export function divideHalfEven(numerator: bigint, denominator: bigint): bigint {
  const quotient = numerator / denominator;
  const twice = (numerator % denominator) * 2n;
  if (twice > denominator || (twice === denominator && quotient % 2n === 1n)) return quotient + 1n;
  return quotient;
}

/** What `quantity` of a unit costs: half-even(quantity x amount / per). */
export function rate(quantity: bigint, price: PriceRate): Nano {
  return divideHalfEven(quantity * price.amountNano, price.per);
}

/** The platform's share: floor(amount x basisPoints / 10000). What is left is the provider's, so the two always add up. */
export function feeOf(amount: Nano, basisPoints: number): Nano {
  return (amount * BigInt(basisPoints)) / 10_000n;
}
