/** Numbers of 16 bits, which have no array of their own before Node 24. Tensors of them are float32 on the wire. */

const SIGN = 0x8000;
const INFINITE = 0x7c00;
const NOT_A_NUMBER = 0x7e00;
/** As bits of a float32: 65536, from where all is infinite, infinity itself, and 2^-14, the smallest normal number of binary16. */
const [OVERFLOW_BITS, INFINITE_BITS, NORMAL_BITS] = [0x4780_0000, 0x7f80_0000, 0x3880_0000] as const;
/** The difference of the exponents' biases, where a float32 has its exponent. */
const REBIAS = 0x3800_0000;
const HALF_BITS = 0x3f00_0000;
const SHIFT = 13;

const value = new Float32Array(1);
const bits = new Uint32Array(value.buffer);
let table: Float32Array | undefined;

/** The nearest numbers of binary16, ties to even, as IEEE 754 rounds; beyond 65504 they are infinite. */
export function toHalf(numbers: ArrayLike<number>): Uint16Array {
  const halves = new Uint16Array(numbers.length);
  for (let i = 0; i < halves.length; i++) halves[i] = encode(numbers[i] as number);
  return halves;
}

/** Every number of binary16 is one of float32. */
export function fromHalf(halves: Uint16Array): Float32Array {
  table ??= Float32Array.from({ length: 2 ** 16 }, (_, half) => decode(half));
  const numbers = new Float32Array(halves.length);
  for (let i = 0; i < numbers.length; i++) numbers[i] = table[halves[i] as number] as number;
  return numbers;
}

/** bfloat16 is the upper half of a float32. */
export function fromBrainFloat(halves: Uint16Array): Float32Array {
  const wide = new Uint32Array(halves.length);
  for (let i = 0; i < wide.length; i++) wide[i] = (halves[i] as number) << 16;
  return new Float32Array(wide.buffer);
}

function encode(number: number): number {
  value[0] = number;
  const all = bits[0] as number;
  const sign = (all >>> 16) & SIGN;
  const magnitude = all & 0x7fff_ffff;
  if (magnitude >= OVERFLOW_BITS) return sign | (magnitude > INFINITE_BITS ? NOT_A_NUMBER : INFINITE);
  if (magnitude < NORMAL_BITS) {
    // A float32 just above one half counts in steps of 2^-24, as the subnormal numbers of binary16 do.
    value[0] = Math.abs(number) + 0.5;
    return sign | ((bits[0] as number) - HALF_BITS);
  }
  const even = (magnitude >>> SHIFT) & 1;
  return sign | ((magnitude - REBIAS + 0x0fff + even) >>> SHIFT);
}

function decode(half: number): number {
  const sign = half & SIGN ? -1 : 1;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction ? NaN : sign * Infinity;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
