import type { ResolvedVersion } from '@steelyard/domain-catalog';
import type { PersonalCounts, Quantities } from '@steelyard/kernel';
import type { PredictCommand } from './predict-command.js';

/** A call on its way: everything that was decided before it ran. */
export interface Admission {
  readonly eventId: string;
  /** Its input is what the model sees: personal data masked, where a policy has it so. */
  readonly command: PredictCommand;
  readonly version: ResolvedVersion;
  readonly input: Uint8Array;
  /** sha256 of `input`, made when somebody first needs it. */
  readonly inputHash: () => Uint8Array;
  /** What was masked; absent for nothing. */
  readonly masked?: PersonalCounts | undefined;
  /** For how long its input and output are kept: 0 for not at all, not even for a retry; `null` where no policy says. */
  readonly retentionHours: number | null;
  /** The most that it may use of each unit of its price. */
  readonly most: Quantities;
  /** As much of that as is held before it runs: all, but for calls that are followed. */
  readonly held: Quantities;
  /** Set where it was taken from the free units of its model. */
  readonly isFree?: boolean | undefined;
  /** Set where the hold was an earlier try's, had expired, and was taken up again for this one. */
  readonly isTakenUp?: boolean | undefined;
  readonly startedAtMs: number;
  /** The same moment by the clock that does not jump, for durations. */
  readonly startedTickMs: number;
  readonly deadlineAtMs: number;
}
