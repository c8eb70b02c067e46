import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fromBrainFloat, fromHalf, toHalf } from './half-precision.js';

it('knows every number of binary16', () => {
  const all = Uint16Array.from({ length: 2 ** 16 }, (_, half) => half);
  const isNan = (half: number): boolean => (half & 0x7c00) === 0x7c00 && (half & 0x3ff) !== 0;
  const back = toHalf(fromHalf(all));
  expect(all.filter((half, i) => (isNan(half) ? !isNan(back[i] as number) : back[i] !== half))).toEqual(new Uint16Array(0));
});

it('rounds to the nearest, ties to even', () => {
  const step = 2 ** -10;
  const exact = [1 + step / 2, 1 + 1.5 * step, 65_519, 65_520, 2 ** -25, 2 ** -25 * 1.001, 3 * 2 ** -25, -0, NaN, -Infinity, 1e-30];
  expect(fromHalf(toHalf(Float32Array.from(exact)))).toEqual(Float32Array.of(1, 1 + 2 * step, 65_504, Infinity, 0, 2 ** -24, 2 ** -23, -0, NaN, -Infinity, 0));
});

it('is off by half a step at most', () => {
  fc.assert(
    fc.property(fc.float({ min: -65_504, max: 65_504, noNaN: true }), (number) => {
      const [near] = fromHalf(toHalf([number]));
      const step = Math.max(2 ** -24, 2 ** (Math.floor(Math.log2(Math.abs(number) || 1)) - 10));
      expect(Math.abs((near as number) - number)).toBeLessThanOrEqual(step / 2);
    }),
  );
});

it('reads bfloat16', () => {
  expect(fromBrainFloat(Uint16Array.of(0x3f80, 0xc049, 0x7f80, 0x0001))).toEqual(Float32Array.of(1, -3.140625, Infinity, 2 ** -133));
});
