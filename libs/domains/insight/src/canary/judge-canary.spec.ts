import { expect, it } from '@jest/globals';
import { judgeCanary } from './judge-canary.js';

const judged = (calls: number, faults: number, p95Ms: number | null = 10, referenceMs: number | null = 10) => {
  const stable = { calls: 1_000, faults: 0, p95Micros: null };
  const micros = (ms: number | null) => (ms === null ? null : ms * 1_000);
  return judgeCanary({ candidate: { calls, faults, p95Micros: micros(p95Ms) }, stable, referenceP95Micros: micros(referenceMs) });
};

it.each([
  ['waits for 200 calls', judged(199, 10), 'waiting'],
  ['waits though it looks slow', judged(199, 0, 100), 'waiting'],
  ['is healthy with 2 % of faults', judged(200, 4), 'healthy'],
  ['fails above 2 %', judged(200, 5), 'rolling-back'],
  ['need not wait after 20 faults', judged(20, 20), 'rolling-back'],
  ['is healthy with 20 faults in many calls', judged(1_000, 20), 'healthy'],
  ['is healthy at 1.5 times the reference', judged(200, 0, 30, 20), 'healthy'],
  ['is too slow above', judged(200, 0, 30.001, 20), 'rolling-back'],
  ['is not too slow by less than 5 ms', judged(200, 0, 6, 1), 'healthy'],
  ['is judged by faults alone where there is nothing to compare with', judged(200, 0, 500, null), 'healthy'],
  ['is not called slow when it answered nobody', judged(200, 4, null), 'healthy'],
])('%s', (_name, { verdict }, expected) => {
  expect(verdict).toBe(expected);
});

it('says the figures', () => {
  expect(judged(250, 30).reason).toBe('30 faults in 250 calls are 12.0 %, more than 2.0 %');
  expect(judged(250, 0, 40, 20).reason).toBe('over 250 calls p95 40.0 ms, stable 20.0 ms: more than 1.5 times as long');
  expect(judged(250, 1).reason).toBe('250 calls, 1 faults; p95 10.0 ms, stable 10.0 ms');
  expect(judged(37, 0).reason).toBe('37 of the 200 calls that it is judged by');
});
