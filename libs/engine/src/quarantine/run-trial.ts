import { AppError } from '@steelyard/kernel';
import type { Trial, TrialAnswer } from '../engine-host.js';
import { engineErrors } from '../errors.js';
import { isLoss, type Quarantined } from './quarantined.js';

export interface TrialOptions {
  readonly inputs: readonly Uint8Array[];
  readonly rounds: number;
  /** For all inputs of all rounds together. */
  readonly trialMs: number;
}

/** Rounds beyond the first only measure: they have this share of the time, so that a model that keeps to it is not refused for them. */
const MEASURING_SHARE = 0.5;

/** Runs the inputs one by one, round by round. Rejects with `ENGINE.TRIAL_TOO_LONG`; after that the runner is gone. */
export function runTrial(model: Quarantined, { inputs, rounds, trialMs }: TrialOptions): Promise<Pick<Trial, 'answers' | 'memoryBytes' | 'streams'>> {
  return model.within(trialMs, async () => {
    const startedAtMs = performance.now();
    const answers: TrialAnswer[] = [];
    let { memoryBytes } = model.loaded;
    let lost: AppError | undefined;
    let streams = false;
    for (let round = 0; round < rounds; round++) {
      if (round > 0 && ((performance.now() - startedAtMs) / round) * (round + 1) > trialMs * MEASURING_SHARE) break;
      for (const input of inputs) {
        const onPart = model.described.capabilities.streaming && !streams ? () => void (streams = true) : undefined;
        const answer: TrialAnswer = lost ? { ok: false, error: lost } : await runOne(model, input, onPart);
        if (!answer.ok && isLoss(answer.error)) lost = answer.error;
        memoryBytes = Math.max(memoryBytes, model.memoryBytes);
        answers.push(answer);
      }
    }
    return { answers, memoryBytes, streams };
  });
}

async function runOne(model: Quarantined, input: Uint8Array, onPart: (() => void) | undefined): Promise<TrialAnswer> {
  const startedAtMs = performance.now();
  try {
    const [answer] = await model.run([input], onPart);
    if (answer instanceof Uint8Array) return { ok: true, output: answer, latencyMs: performance.now() - startedAtMs };
    return { ok: false, error: answer ?? engineErrors.RUNNER_LOST({ label: 'trial', reason: 'it gave no answer' }) };
  } catch (error) {
    if (error instanceof AppError) return { ok: false, error };
    throw error;
  }
}
