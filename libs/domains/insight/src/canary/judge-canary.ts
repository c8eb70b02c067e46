import type { VersionCalls } from '@steelyard/domain-metering';

/** A candidate beside what the others of the channel's calls get. */
export interface Comparison {
  readonly candidate: VersionCalls;
  readonly stable: VersionCalls;
  /** What the candidate's times are held against: stable's of the same period or, of too few calls, of the last days; `null` when there are none. */
  readonly referenceP95Micros: number | null;
}

export type Verdict = 'waiting' | 'healthy' | 'rolling-back';

export interface Judgement {
  readonly verdict: Verdict;
  /** With the figures, for people. */
  readonly reason: string;
}

/** Fewer calls say too little. */
export const CALLS_MIN = 200;
const FAULT_SHARE_MAX = 0.02;
const SLOWER_MAX = 1.5;
/** Below this, the machine's own noise is half of a quick model's time. */
const SLOWER_MIN_MICROS = 5_000;
/** As many faults are enough without waiting for the rest: 980 calls in a row would have to succeed to bring them down to the limit. */
const FAULTS_ENOUGH = 20;

/** Whether a candidate may go on: not with more than 2 % of faults, nor with a p95 above 1.5 times stable's. */
export function judgeCanary({ candidate, referenceP95Micros }: Comparison): Judgement {
  const { calls, faults, p95Micros } = candidate;
  const faulty = faults > calls * FAULT_SHARE_MAX;
  if (faulty && (calls >= CALLS_MIN || faults >= FAULTS_ENOUGH)) {
    return { verdict: 'rolling-back', reason: `${faults} faults in ${calls} calls are ${percent(faults / calls)}, more than ${percent(FAULT_SHARE_MAX)}` };
  }
  if (calls < CALLS_MIN) return { verdict: 'waiting', reason: `${calls} of the ${CALLS_MIN} calls that it is judged by` };
  const shown = `${calls} calls, ${faults} faults`;
  if (p95Micros === null || referenceP95Micros === null) return { verdict: 'healthy', reason: `${shown}; stable has no times to compare with` };
  const times = `p95 ${ms(p95Micros)}, stable ${ms(referenceP95Micros)}`;
  const slow = p95Micros > referenceP95Micros * SLOWER_MAX && p95Micros - referenceP95Micros > SLOWER_MIN_MICROS;
  if (slow) return { verdict: 'rolling-back', reason: `over ${calls} calls ${times}: more than ${SLOWER_MAX} times as long` };
  return { verdict: 'healthy', reason: `${shown}; ${times}` };
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function ms(micros: number): string {
  return `${(micros / 1_000).toFixed(1)} ms`;
}
