import { AppError } from '@steelyard/kernel';
import type { DescribedHeader, LoadedHeader } from '@steelyard/wire';
import type { MaterializedModel } from '../engine-host.js';
import { engineErrors } from '../errors.js';
import type { EngineLimits } from '../limits.js';
import type { BatchItem, BatchResult } from '../queue/batch-link.js';
import { loadModel } from '../supervision/load-model.js';
import type { RunnerProcess } from '../supervision/runner-process.js';
import type { RuntimeDescriptions } from '../supervision/runtime-descriptions.js';

export interface QuarantinedOptions {
  readonly runner: RunnerProcess;
  readonly model: MaterializedModel;
  readonly label: string;
  readonly device: string;
  readonly descriptions: RuntimeDescriptions;
  readonly limits: EngineLimits;
  readonly threads: number;
}

/** A model in a runner of its own that runs what it is given at once: no queue, no retries. */
export class Quarantined {
  private constructor(
    readonly loaded: LoadedHeader,
    readonly described: DescribedHeader,
    private readonly options: QuarantinedOptions,
  ) {}

  static async load(options: QuarantinedOptions): Promise<Quarantined> {
    const { loaded, described } = await loadModel(options.runner, options);
    return new Quarantined(loaded, described, options);
  }

  /** Anonymous memory of its runner, as far as it has said. */
  get memoryBytes(): number {
    return Math.max(this.loaded.memoryBytes, this.options.runner.link.memoryBytes);
  }

  /** Rejects with `ENGINE.DEADLINE_EXCEEDED` or `ENGINE.RUNNER_LOST`; after that the runner is gone. */
  async run(inputs: readonly Uint8Array[], onPart?: BatchItem['onPart']): Promise<BatchResult['answers']> {
    const { runner, label, model, limits } = this.options;
    const { runMs } = model.manifest.limits;
    const deadlineAtMs = Date.now() + runMs;
    const items = inputs.map((input): BatchItem => ({ input, bytes: input.length, deadlineAtMs, onPart }));
    const work = new Promise<BatchResult>((resolve) => runner.link.run(items, resolve));
    runner.link.flush();
    const failure = ({ reason }: { reason: string }, text: string): AppError =>
      reason === 'run-deadline' ? engineErrors.DEADLINE_EXCEEDED({ label, reason: text }) : engineErrors.RUNNER_LOST({ label, reason: text });
    const { answers } = await runner.within({ timeoutMs: runMs + limits.killGraceMs, reason: 'run-deadline', failure }, work);
    return answers;
  }

  /** Ends the runner when `act`, which runs inputs, takes longer than this, and rejects with `ENGINE.TRIAL_TOO_LONG` then. */
  async within<T>(limitMs: number, act: () => Promise<T>): Promise<T> {
    const { runner, label } = this.options;
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      runner.kill('trial-deadline');
    }, limitMs);
    try {
      const result = await act();
      if (late) throw engineErrors.TRIAL_TOO_LONG({ label, limitMs });
      return result;
    } finally {
      clearTimeout(timer);
    }
  }
}

/** Whether the runner is gone with this failure. */
export function isLoss(error: unknown): error is AppError {
  return error instanceof AppError && error.code.startsWith('ENGINE.');
}
