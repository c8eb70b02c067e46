import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { chooseToken } from './choose-token.js';

/** Logits whose probabilities these are. */
const of = (...probabilities: number[]): Float32Array => Float32Array.from(probabilities, Math.log);
const chosen = (logits: Float32Array, chance: { temperature?: number; topP?: number }, steps = 1000): number[] => {
  const counts = Array.from(logits, () => 0);
  for (let step = 0; step < steps; step++) (counts[chooseToken(logits, { temperature: 1, topP: 1, random: () => step / steps, ...chance })] as number)++;
  return counts;
};

it('takes the most probable token, the first of equal ones, at temperature 0', () => {
  expect(chooseToken(of(0.1, 0.4, 0.4, 0.1), { temperature: 0, topP: 1, random: () => 0.99 })).toBe(1);
});

it('takes each as often as it is probable, and the heat evens that out', () => {
  expect(chosen(of(0.1, 0.6, 0.3), {})).toEqual([100, 600, 300]);
  const [rare = 0, often = 0] = chosen(of(0.1, 0.6, 0.3), { temperature: 2 });
  expect([rare > 150, often < 500]).toEqual([true, true]);
  expect(chosen(of(0.1, 0.6, 0.3), { temperature: 1e-300 })).toEqual([0, 1000, 0]);
});

describe('topP', () => {
  it('leaves the fewest that have this share together', () => {
    expect(chosen(of(0.1, 0.6, 0.3), { topP: 0.6 })).toEqual([0, 1000, 0]);
    expect(chosen(of(0.1, 0.5, 0.4), { topP: 0.8 })[0]).toBe(0);
    expect(chosen(of(0.25, 0.25, 0.25, 0.25), { topP: 0.5 })).toEqual([500, 500, 0, 0]);
  });

  it('never leaves none', () => {
    const logits = fc.array(fc.float({ noDefaultInfinity: true, noNaN: true }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(logits, fc.double({ min: 1e-6, max: 1, noNaN: true }), fc.double({ min: 0, max: 0.999, noNaN: true }), (values, topP, random) => {
        const token = chooseToken(Float32Array.from(values), { temperature: 0.8, topP, random: () => random });
        expect(token).toBeGreaterThanOrEqual(0);
        expect(token).toBeLessThan(values.length);
      }),
    );
  });
});

it('takes no token whose logit is no number, and none where there is no other', () => {
  expect(chosen(Float32Array.of(NaN, 1, NaN), {})).toEqual([0, 1000, 0]);
  expect(() => chooseToken(Float32Array.of(NaN, NaN), { temperature: 1, topP: 1, random: () => 0 })).toThrow(expect.objectContaining({ code: 'RUNTIME.OUTPUT_INVALID' }));
});
