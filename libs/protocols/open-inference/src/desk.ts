import type { ResolvedVersion } from '@steelyard/domain-catalog';
import type { Caller } from '@steelyard/kernel';
import type { DoorOptions, ModelSource } from '@steelyard/protocol-door';
import type { CallStatistics } from './call-statistics.js';

export interface OpenInferenceOptions extends DoorOptions, ModelSource {
  /** Of this server. */
  readonly version: string;
  /** Whether calls can be taken. */
  readonly isReady: () => Promise<boolean>;
}

/** What a request is answered with the help of. */
export interface Desk extends OpenInferenceOptions {
  readonly statistics: CallStatistics;
}

/** Calls are counted by organization and version. */
export function statisticsKey(caller: Caller | undefined, version: ResolvedVersion): string {
  return `${caller?.organizationId ?? ''} ${version.label}`;
}
