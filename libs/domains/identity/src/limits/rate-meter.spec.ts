import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { RateMeter, WINDOW_MS } from './rate-meter.js';

const SEED = 20_261_130;

/** Sends at these moments and gives those at which it was let through. */
function admitted(perMinute: number, timesMs: readonly number[]): number[] {
  const meter = new RateMeter(10);
  return timesMs.filter((nowMs) => {
    const { allowed } = meter.read('a', perMinute, nowMs);
    if (allowed) meter.count('a', perMinute, nowMs);
    return allowed;
  });
}

const anyLimit = fc.integer({ min: 1, max: 300 });
const anyTimes = fc.array(fc.integer({ min: 0, max: 3 * WINDOW_MS }), { maxLength: 400 }).map((times) => times.sort((a, b) => a - b));

describe('a limit of requests per minute', () => {
  it('lets all of a minute through at once, then one at a time as they come back', () => {
    const meter = new RateMeter(10);
    const send = (nowMs: number) => {
      const reading = meter.read('a', 60, nowMs);
      if (reading.allowed) meter.count('a', 60, nowMs);
      return reading;
    };
    const burst = Array.from({ length: 61 }, () => send(0));
    expect(burst.map(({ allowed }) => allowed)).toEqual([...new Array<boolean>(60).fill(true), false]);
    expect(burst.map(({ remaining }) => remaining)).toEqual(Array.from({ length: 61 }, (_none, sent) => 60 - sent));
    expect(burst[60]).toEqual({ allowed: false, remaining: 0, fullInMs: WINDOW_MS, retryAfterMs: 1_000 });
    expect(send(999).allowed).toBe(false);
    expect(send(1_000).allowed).toBe(true);
    expect(meter.read('a', 60, 3_000)).toMatchObject({ remaining: 2, allowed: true });
    expect(meter.read('b', 60, 3_000)).toMatchObject({ remaining: 60, fullInMs: 0 });
  });

  it('never lets through more than the burst and what came back since, whatever is sent', () => {
    const property = fc.property(anyLimit, anyTimes, (perMinute, timesMs) => {
      const through = admitted(perMinute, timesMs);
      through.forEach((fromMs, first) => {
        for (let last = first; last < through.length; last += 1) {
          expect(last - first + 1).toBeLessThanOrEqual(perMinute + (perMinute * (through[last]! - fromMs)) / WINDOW_MS + 1e-6);
        }
      });
    });
    fc.assert(property, { numRuns: 60, seed: SEED });
  });

  it('refuses nobody who sends no faster than it allows', () => {
    const property = fc.property(anyLimit, fc.integer({ min: 1, max: 300 }), (perMinute, count) => {
      const timesMs = Array.from({ length: count }, (_none, at) => 1_764_000_000_000 + (at * WINDOW_MS) / perMinute);
      expect(admitted(perMinute, timesMs)).toHaveLength(count);
    });
    fc.assert(property, { numRuns: 100, seed: SEED });
  });

  it('says when the next may come, to the moment', () => {
    const property = fc.property(anyLimit, anyTimes, (perMinute, timesMs) => {
      const meter = new RateMeter(10);
      for (const nowMs of timesMs) {
        const { allowed, retryAfterMs } = meter.read('a', perMinute, nowMs);
        expect(retryAfterMs === 0).toBe(allowed);
        expect(meter.read('a', perMinute, nowMs + retryAfterMs).allowed).toBe(true);
        if (!allowed) expect(meter.read('a', perMinute, nowMs + retryAfterMs - 0.01).allowed).toBe(false);
        else meter.count('a', perMinute, nowMs);
      }
    });
    fc.assert(property, { numRuns: 100, seed: SEED });
  });

  it('keeps no more than it has room for, however many send', () => {
    const meter = new RateMeter(100);
    for (let n = 0; n < 10_000; n += 1) meter.count(`address ${n}`, 1, 0);
    expect(meter.size).toBe(100);
    expect(meter.read('address 9999', 1, 0).allowed).toBe(false);
  });
});
