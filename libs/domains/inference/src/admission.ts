import type { ResolvedVersion } from '@steelyard/domain-catalog';
import type { PredictCommand } from './predict-command.js';

/** A call on its way: everything that was decided before it ran. */
export interface Admission {
  readonly eventId: string;
  readonly command: PredictCommand;
  readonly version: ResolvedVersion;
  readonly input: Uint8Array;
  /** sha256 of `input`, made when somebody first needs it. */
  readonly inputHash: () => Uint8Array;
  readonly amountNano: bigint;
  readonly startedAtMs: number;
  /** The same moment by the clock that does not jump, for durations. */
  readonly startedTickMs: number;
  readonly deadlineAtMs: number;
}
