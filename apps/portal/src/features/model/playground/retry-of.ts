import { SteelyardError } from '@steelyard/client';
import { newUuid } from '../../../browser/new-uuid';
import type { Call } from './follow-prediction';

/** Whether a call that failed is paid for: nothing more comes of it, however often it is asked for. */
export function wasCharged(error: unknown): boolean {
  return error instanceof SteelyardError && error.charged === 'yes';
}

/** The call to make after one that failed: the same, so that it is charged once, unless that one was charged already. */
export function retryOf(call: Call, error: unknown): Call {
  return wasCharged(error) ? { ...call, idempotencyKey: newUuid() } : call;
}
