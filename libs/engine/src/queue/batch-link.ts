import type { AppError } from '@steelyard/kernel';

/** One input of a batch. */
export interface BatchItem {
  readonly input: Uint8Array;
  readonly bytes: number;
  /** Unix time in milliseconds. */
  readonly deadlineAtMs: number;
}

/** What came of a batch: an output or an error for each item, in order. */
export interface BatchResult {
  readonly answers: readonly (Uint8Array | AppError)[];
  readonly computeMs: number;
}

/** The way to a runner that has the model loaded. */
export interface BatchLink {
  /** Sends a batch. `done` is called once, or never when the runner is lost. */
  run(batch: readonly BatchItem[], done: (result: BatchResult) => void): void;
  /** Hands what `run` was given to the operating system. */
  flush(): void;
}

/** How a loaded version wants its batches. */
export interface BatchRules {
  readonly maxSize: number;
  /** How long to wait for a batch to fill; 0 sends what there is. */
  readonly maxDelayMs: number;
  /** How long the runner may work on a batch. */
  readonly runMs: number;
}
