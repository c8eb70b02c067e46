import type { AppError } from '@steelyard/kernel';

/** One input of a batch. */
export interface BatchItem {
  readonly input: Uint8Array;
  readonly bytes: number;
  /** Unix time in milliseconds. */
  readonly deadlineAtMs: number;
  /** Takes the parts of its answer; without it none are asked for. Never throws or rejects. */
  readonly onPart?: ((part: Uint8Array) => void | Promise<void>) | undefined;
}

/** What came of a batch: an output or an error for each item, in order. */
export interface BatchResult {
  readonly answers: readonly (Uint8Array | AppError)[];
  readonly computeMs: number;
  /** What the runner had to do for it altogether, as it says itself; undefined when it does not. */
  readonly workMs?: number | undefined;
}

/** The way to a runner that has the model loaded. */
export interface BatchLink {
  /** Sends a batch and gives the name it has there. `done` is called once, after all parts, or never when the runner is lost. */
  run(batch: readonly BatchItem[], done: (result: BatchResult) => void): number;
  /** Nobody waits for an item of a batch any more. The batch is answered all the same. */
  cancel(run: number, item: number): void;
  /** Hands what `run` was given to the operating system. */
  flush(): void;
}

/** How a loaded version wants its batches. */
export interface BatchRules {
  /** Items of a batch at most; of a continuous runtime: batches of one item that it may have at a time. */
  readonly maxSize: number;
  /** How long to wait for a batch to fill; 0 sends what there is. */
  readonly maxDelayMs: number;
  /** How long the runner may work on a batch. */
  readonly runMs: number;
  /** The runtime takes runs while others go on, each of one item, and puts them together itself. */
  readonly continuous?: boolean;
}
