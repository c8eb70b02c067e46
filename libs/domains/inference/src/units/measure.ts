import type { ResolvedVersion } from '@steelyard/domain-catalog';

/** What is known of a call before it runs. */
export interface CallFacts {
  readonly version: Pick<ResolvedVersion, 'label' | 'manifest'>;
  /** It has been checked against the version's schema. */
  readonly input: unknown;
  /** Of the input as the engine gets it. */
  readonly inputBytes: number;
  /** How long the call may run. */
  readonly longestMs: number;
}

/** How many tokens a run of text generation took in and has given out. */
export interface TokenUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** What is known of a run that has ended, or of as much of it as there was. */
export interface RunFacts {
  /** Without the wait in the queue. */
  readonly computeMs: number;
  /** Asked for only where tokens are charged: the answer must be decoded for it. */
  readonly tokens: () => TokenUsage;
}

/** What a call may use of a unit, in the unit's parts. */
export interface Bounds {
  readonly least: bigint;
  readonly most: bigint;
}

/** How a unit is measured. */
export interface Measure {
  /** @throws INFERENCE.INPUT_INVALID for an input whose size cannot be told */
  readonly before: (call: CallFacts) => Bounds;
  /** What was used. Where it is missing, that is known before: `least` is `most`. */
  readonly after?: (run: RunFacts) => bigint;
  /** For a unit of which a run uses more the longer it goes on: what is held of it at first for a call that is followed. */
  readonly slice?: bigint;
}

export function exactly(quantity: bigint | number): Bounds {
  const parts = BigInt(quantity);
  return { least: parts, most: parts };
}
