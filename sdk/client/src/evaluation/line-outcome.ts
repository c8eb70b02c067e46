import type { LabelledLine } from './dataset.js';

/** An answered call, as whoever made it knows it. */
export interface CallAnswer {
  readonly output: unknown;
  /** The version that ran. */
  readonly model: string;
  readonly costNano: bigint;
  readonly currency: string;
  readonly latencyMs: number;
}

/** What became of one line. */
export type LineOutcome =
  | { readonly line: LabelledLine; readonly ok: true; readonly answer: CallAnswer; /** The first that the model gave: it may have been loaded for it. */ readonly isFirst: boolean }
  | { readonly line: LabelledLine; readonly ok: false; readonly code: string };
