import { SteelyardError } from '../errors.js';
import type { LabelledLine } from './dataset.js';
import type { CallAnswer, LineOutcome } from './line-outcome.js';
import { type ModelReport, reportOf } from './model-report.js';
import type { Scorer } from './scorer.js';

export interface EvaluationPlan {
  readonly refs: readonly string[];
  readonly lines: readonly LabelledLine[];
  readonly scorer: Scorer;
  /** Calls in flight at once. Models take turns: one does not slow the other down. */
  readonly concurrency: number;
  /** Makes one call. @throws SteelyardError */
  readonly call: (ref: string, line: LabelledLine, signal: AbortSignal) => Promise<CallAnswer>;
  /** Told after each call. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface Evaluation {
  readonly models: readonly ModelReport[];
  /** Why it ended early: every later call would have ended the same way, or its caller stopped it. */
  readonly stoppedBy: SteelyardError | undefined;
}

/** After these the next call would fail as well, and none is made. */
const ENDING = new Set<SteelyardError['kind']>(['payment-required', 'unauthenticated', 'forbidden', 'not-found', 'cancelled']);

/**
 * Runs every model on every line and measures the answers. A call that fails is counted by its code and not scored; one that
 * shows that there is no going on ends the run, with what is known until then.
 * @throws what `call` threw that is no {@link SteelyardError}, when no call is under way any more: none is made after it.
 */
export async function runEvaluation(plan: EvaluationPlan): Promise<Evaluation> {
  const stop = new AbortController();
  const signal = plan.signal ? AbortSignal.any([plan.signal, stop.signal]) : stop.signal;
  const total = plan.refs.length * plan.lines.length;
  let done = 0;
  let stoppedBy: SteelyardError | undefined;
  let fault: { readonly error: unknown } | undefined;
  const models: ModelReport[] = [];
  for (const ref of plan.refs) {
    const outcomes: LineOutcome[] = [];
    const waiting = plan.lines[Symbol.iterator]();
    let isLoaded = false;
    /** @returns whether there was a line to run */
    const runNext = async (): Promise<boolean> => {
      const { value: line } = waiting.next();
      if (!line || signal.aborted) return false;
      try {
        const answer = await plan.call(ref, line, signal);
        outcomes.push({ line, ok: true, answer, isFirst: !isLoaded });
        isLoaded = true;
      } catch (error) {
        if (!(error instanceof SteelyardError)) {
          fault ??= { error };
          stop.abort();
          return false;
        }
        if (fault) return false;
        if (ENDING.has(error.kind)) {
          stoppedBy ??= error;
          stop.abort();
          // Calls that were cut off by it say nothing of the model.
          if (error.kind === 'cancelled') return false;
        }
        outcomes.push({ line, ok: false, code: error.code });
      }
      plan.onProgress?.(++done, total);
      return true;
    };
    // One by one until the model has answered: else several calls would wait for its load, and their times tell of that.
    while (!isLoaded && (await runNext()));
    const work = async (): Promise<void> => {
      while (await runNext());
    };
    await Promise.all(Array.from({ length: Math.min(plan.concurrency, plan.lines.length) }, work));
    if (fault) throw fault.error;
    models.push(reportOf(ref, outcomes, plan.scorer));
    if (signal.aborted) break;
  }
  return { models, stoppedBy: stoppedBy ?? (signal.aborted ? stoppedByCaller() : undefined) };
}

function stoppedByCaller(): SteelyardError {
  return new SteelyardError({ kind: 'cancelled', code: 'CLIENT.CANCELLED', message: 'the evaluation was stopped', charged: 'no' });
}
