import { describe, expect, it } from '@jest/globals';
import { BatchSizer } from './batch-sizer.js';

/** Runs batches as large as the sizer lets them, and gives their sizes. */
function sizes(sizer: BatchSizer, tookMs: (size: number) => number, { rounds = 40, fromMs = 0 } = {}): number[] {
  return Array.from({ length: rounds }, (_, n) => {
    const size = sizer.limit(fromMs + n);
    sizer.observe(size, tookMs(size), fromMs + n);
    return size;
  });
}

describe('BatchSizer', () => {
  it('fills batches of a tiny model', () => {
    expect(sizes(new BatchSizer(32, 8), (size) => 0.3 + 0.02 * size).slice(0, 7)).toEqual([1, 2, 4, 8, 16, 32, 32]);
  });

  it('keeps to the time where an item costs the same in any batch', () => {
    expect(sizes(new BatchSizer(32, 8), (size) => 2 * size).at(-1)).toBe(4);
    expect(sizes(new BatchSizer(32, 8), (size) => 35 * size).at(-1)).toBe(1);
  });

  it('fills batches where they pay, however long they take', () => {
    expect(sizes(new BatchSizer(24, 8), (size) => 30 + 0.5 * size).at(-1)).toBe(24);
  });

  it('stops where they no longer pay', () => {
    const fourAtATime = (size: number) => 10 * Math.ceil(size / 4);
    expect(sizes(new BatchSizer(64, 8), fourAtATime).at(-1)).toBe(4);
  });

  it('finds out when that changes', () => {
    const sizer = new BatchSizer(32, 8);
    expect(sizes(sizer, (size) => 35 * size).at(-1)).toBe(1);
    expect(sizes(sizer, (size) => 0.1 * size, { fromMs: 30_000 }).at(-1)).toBe(32);
    expect(sizes(sizer, (size) => 35 * size, { fromMs: 60_000 }).at(-1)).toBe(1);
  });

  it('is not misled for long by a first batch that was slow', () => {
    const sizer = new BatchSizer(32, 8);
    const cold = new Set<number>();
    const slowAtFirst = (size: number) => (cold.has(size) ? 0.07 * size : (cold.add(size), 30));
    expect(sizes(sizer, slowAtFirst, { rounds: 300 }).at(-1)).toBe(32);
  });

  it('rarely tries again what does not pay', () => {
    const tried = sizes(new BatchSizer(32, 8), (size) => 35 * size, { rounds: 10_000 }).filter((size) => size > 1);
    expect(tried.length).toBeLessThan(12);
  });

  it('says whether a second batch should wait in the runner', () => {
    const [tiny, heavy] = [new BatchSizer(32, 8), new BatchSizer(32, 8)];
    sizes(tiny, (size) => 0.02 * size);
    sizes(heavy, (size) => 35 * size);
    expect([tiny.isQuick(50), heavy.isQuick(50)]).toEqual([true, false]);
  });
});
