import { describe, expect, it } from '@jest/globals';
import type { CurvePoint } from '@steelyard/model-package';
import { chooseTuning, isLate, kneeOf } from './choose-tuning.js';

/** Items per second by batch size. */
function curveOf(perSecond: Record<number, number>, threads = 1): CurvePoint[] {
  return Object.entries(perSecond).map(([size, itemsPerSecond]) => ({ threads, batchSize: Number(size), batchMs: (1_000 * Number(size)) / itemsPerSecond, itemsPerSecond }));
}

const facts = { cores: 2, maxSize: 32, replicasMax: 16 };

describe('chooseTuning, with figures measured on two cores', () => {
  it.each([
    { model: 'MLP', curve: curveOf({ 1: 39_800, 8: 140_000, 32: 215_000 }), tuning: { batchSize: 32, threads: 1, threadsAlone: 1, replicas: 1 } },
    { model: 'LeNet', curve: curveOf({ 1: 11_800, 4: 15_900, 16: 16_700, 32: 16_700 }), tuning: { batchSize: 32, threads: 1, threadsAlone: 1, replicas: 1 } },
    { model: 'ResNet-18', curve: [...curveOf({ 1: 22.4, 2: 22.4, 4: 22.4 }), ...curveOf({ 1: 38.1 }, 2)], tuning: { batchSize: 1, threads: 1, threadsAlone: 2, replicas: 2 } },
    { model: 'BERT-mini', curve: [...curveOf({ 1: 211, 2: 215, 4: 220 }), ...curveOf({ 1: 233 }, 2)], tuning: { batchSize: 1, threads: 1, threadsAlone: 1, replicas: 2 } },
    { model: 'BERT-base', curve: [...curveOf({ 1: 8.3, 2: 8.4, 4: 8.5 }), ...curveOf({ 1: 14 }, 2)], tuning: { batchSize: 1, threads: 1, threadsAlone: 2, replicas: 2 } },
  ])('$model', ({ curve, tuning }) => {
    expect(chooseTuning({ ...facts, curve })).toEqual(tuning);
  });

  it('gives threads instead of runners where memory allows one runner only, if they help', () => {
    const curve = curveOf({ 1: 8.3, 2: 8.4, 4: 8.5 });
    expect(chooseTuning({ ...facts, curve: [...curve, ...curveOf({ 1: 14 }, 2)], replicasMax: 1 })).toEqual({ batchSize: 1, threads: 2, threadsAlone: 2, replicas: 1 });
    expect(chooseTuning({ ...facts, curve: [...curve, ...curveOf({ 1: 9 }, 2)], replicasMax: 1 })).toEqual({ batchSize: 1, threads: 1, threadsAlone: 1, replicas: 1 });
    expect(chooseTuning({ cores: 8, maxSize: 32, curve: [...curve, ...curveOf({ 1: 40 }, 8)], replicasMax: 2 })).toEqual({ batchSize: 1, threads: 4, threadsAlone: 8, replicas: 2 });
  });

  it('leaves it to the engine where nothing was measured', () => {
    expect(chooseTuning({ ...facts, curve: [] })).toEqual({ batchSize: 32, threads: 1, threadsAlone: 1, replicas: 1 });
  });
});

describe('a curve', () => {
  it('has its knee at the smallest size that is about as good as the best', () => {
    expect(kneeOf(curveOf({ 1: 50, 2: 89, 4: 91, 8: 100, 16: 95 }))).toBe(4);
  });

  it('has it at the largest batch that is over in a moment, however uneven the measurements of small ones are', () => {
    expect(kneeOf(curveOf({ 1: 9_000, 2: 16_000, 4: 12_000, 8: 15_000, 16: 11_000, 32: 16_000, 64: 12_000 }))).toBe(64);
  });

  it('is given up after two sizes in a row that do not pay', () => {
    expect(isLate(curveOf({ 1: 100, 2: 105 }))).toBe(false);
    expect(isLate(curveOf({ 1: 100, 2: 105, 4: 100 }))).toBe(true);
    expect(isLate(curveOf({ 1: 100, 2: 105, 4: 130 }))).toBe(false);
    expect(isLate(curveOf({ 1: 100, 2: 150, 4: 151, 8: 180 }))).toBe(false);
    expect(isLate(curveOf({ 1: 10_000, 2: 10_500, 4: 10_000 }))).toBe(false);
  });
});
