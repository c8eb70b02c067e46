import { runtimeErrors } from '@steelyard/runtime-kit';

export interface Chance {
  /** 0 always takes the most probable token. */
  readonly temperature: number;
  /** The share of all probability, after the temperature, that the most probable tokens must have together; the others are out. */
  readonly topP: number;
  /** From 0 up to, not including, 1. */
  readonly random: () => number;
}

/** @throws AppError `RUNTIME.OUTPUT_INVALID` where no logit is a number. */
export function chooseToken(logits: Float32Array, { temperature, topP, random }: Chance): number {
  const best = mostProbable(logits);
  if (temperature === 0) return best;
  const top = logits[best] as number;
  // What is no number has no chance.
  const weights = Float64Array.from(logits, (logit) => Math.exp((logit - top) / temperature) || 0);
  if (topP < 1) keepMostProbable(weights, topP);
  let left = random() * sumOf(weights);
  for (const [token, weight] of weights.entries()) {
    left -= weight;
    if (left < 0) return token;
  }
  return best;
}

function mostProbable(logits: Float32Array): number {
  let best = -1;
  let top = -Infinity;
  for (const [token, logit] of logits.entries()) {
    if (logit > top) [best, top] = [token, logit];
  }
  if (best < 0) throw runtimeErrors.OUTPUT_INVALID({ field: 'logits', reason: 'none of them is a number' });
  return best;
}

/** Sets the others to 0. Of equal ones as many stay as are needed, the first ones. */
function keepMostProbable(weights: Float64Array, topP: number): void {
  const sorted = weights.slice().sort();
  let missing = topP * sumOf(weights);
  let least = sorted.length;
  while (missing > 0 && least > 0) missing -= sorted[--least] as number;
  const bound = sorted[least] as number;
  let equal = sorted.subarray(least).filter((weight) => weight === bound).length;
  for (const [token, weight] of weights.entries()) {
    if (weight < bound || (weight === bound && equal-- <= 0)) weights[token] = 0;
  }
}

function sumOf(weights: Float64Array): number {
  return weights.reduce((sum, weight) => sum + weight, 0);
}
