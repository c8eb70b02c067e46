import { describe, expect, it } from '@jest/globals';
import { RestartPolicy } from './restart-policy.js';

const rules = { restartDelayMs: 100, restartDelayMaxMs: 1_000, failuresToOpen: 4, failureWindowMs: 10_000, circuitOpenMs: 3_000 };

describe('RestartPolicy', () => {
  it('restarts at once, then after pauses that double', () => {
    const policy = new RestartPolicy(rules);
    const pauses = [0, 1, 2].map((n) => {
      policy.failed(n);
      return policy.pauseMs(n);
    });
    expect(pauses).toEqual([0, 100, 200]);
    expect(policy.pauseMs(150)).toBe(52);
  });

  it('refuses after too many failures, lets one try after a rest, and refuses again when that fails', () => {
    const policy = new RestartPolicy(rules);
    for (const atMs of [0, 1, 2]) policy.failed(atMs);
    expect(policy.refusedForMs(3)).toBe(0);
    policy.failed(3);
    expect(policy.refusedForMs(3)).toBe(3_000);
    expect(policy.refusedForMs(3_003)).toBe(0);
    policy.failed(3_500);
    expect(policy.refusedForMs(3_500)).toBe(3_000);
  });

  it('forgets failures that are old', () => {
    const policy = new RestartPolicy(rules);
    for (let n = 0; n < 4; n++) policy.failed(n);
    expect(policy.isClean(9_999)).toBe(false);
    expect(policy.isClean(10_003)).toBe(true);
    expect(policy.pauseMs(10_003)).toBe(0);
  });
});
