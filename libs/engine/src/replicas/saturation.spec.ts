import { describe, expect, it } from '@jest/globals';
import { Saturation } from './saturation.js';

const waits = { queueMs: 40, computeMs: 40 };

describe('Saturation', () => {
  it('is lasting when calls go on waiting for about as long as a batch takes', () => {
    const saturation = new Saturation(4);
    expect([0, 100, 249, 250].map((nowMs) => saturation.observe(waits, nowMs))).toEqual([false, false, false, true]);
  });

  it('begins anew after a call that did not have to wait, and when a runner was added', () => {
    const saturation = new Saturation(4);
    saturation.observe(waits, 0);
    saturation.observe({ queueMs: 20, computeMs: 40 }, 200);
    expect(saturation.observe(waits, 300)).toBe(false);
    expect(saturation.observe(waits, 549)).toBe(false);
    expect(saturation.observe(waits, 550)).toBe(true);
    saturation.reset();
    expect(saturation.observe(waits, 600)).toBe(false);
  });

  it('takes no notice of short waits, however quick the model', () => {
    const saturation = new Saturation(4);
    expect([0, 1_000].map((nowMs) => saturation.observe({ queueMs: 3, computeMs: 0.1 }, nowMs))).toEqual([false, false]);
  });
});
