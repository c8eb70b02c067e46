import { AppError } from '@steelyard/kernel';
import type { Admission } from './admission.js';
import type { CallFeed } from './call-feed.js';
import { inferenceErrors } from './errors.js';

/** A reader that has kept parts waiting for longer than this in all has used up the time itself, whoever set the deadline. */
const BEHIND_MS_MAX = 1_000;

/**
 * Whether a followed call that ended in `error` was cut short by its own caller after it had been given parts of the answer:
 * then it has run for that caller and is charged. Otherwise, as when the runner is lost, it is not.
 */
export function cutShort(error: unknown, feed: CallFeed, { eventId, command, startedAtMs, deadlineAtMs }: Admission): AppError | undefined {
  if (feed.taken === 0 || feed.fault !== undefined || !(error instanceof AppError)) return undefined;
  const cut = { parts: feed.taken, id: eventId };
  if (error.kind === 'cancelled' && feed.signal.aborted) return inferenceErrors.CUT_SHORT_BY_CALLER(cut, error);
  if (error.kind !== 'deadline-exceeded' || Date.now() < deadlineAtMs) return undefined;
  const own = command.options.deadlineMs !== undefined && startedAtMs + command.options.deadlineMs <= deadlineAtMs;
  return own || feed.behindMs > BEHIND_MS_MAX ? inferenceErrors.CUT_SHORT_BY_DEADLINE(cut, error) : undefined;
}

const CHARGED = new Set(['INFERENCE.CUT_SHORT_BY_CALLER', 'INFERENCE.CUT_SHORT_BY_DEADLINE', 'INFERENCE.ANSWER_GONE']);

/** Whether a call that ended in `error` is paid for all the same. */
export function wasCharged(error: unknown): boolean {
  return error instanceof AppError && CHARGED.has(error.code);
}
