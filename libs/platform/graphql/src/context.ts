import type { Caller } from '@steelyard/kernel';

/** What every resolver finds in its context. */
export interface GraphqlContext {
  readonly caller: Caller | undefined;
  readonly requestId: string;
  /** Aborted when the client went away before the answer. */
  readonly signal?: AbortSignal;
}
