import { describe, expect, it } from '@jest/globals';
import { HangWatch } from './hang-watch.js';

describe('HangWatch', () => {
  it('gives a batch the limit of its model', () => {
    const watch = new HangWatch(1_000, 100);
    watch.began(50);
    expect(watch.hungAtMs(false)).toBe(1_150);
    expect(watch.hungAtMs(true)).toBe(1_150);
  });

  it('gives up earlier on a batch that nobody waits for, once the usual pace is known', () => {
    const watch = new HangWatch(1_000, 100);
    watch.began(0);
    watch.ended(10);
    watch.began(20);
    expect(watch.hungAtMs(false)).toBe(1_120);
    expect(watch.hungAtMs(true)).toBe(220);
  });
});
