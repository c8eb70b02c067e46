import { AppError, type Quantities } from '@steelyard/kernel';
import type { Admission } from '../admission.js';
import type { CallFeed } from './call-feed.js';
import { chargeFor, type Charge } from '../charging/charge.js';
import { inferenceErrors } from '../errors.js';
import { measureAfter } from '../units/quantities.js';

/** What a call that was cut short costs, and what its caller is told. */
export interface Cut {
  readonly error: AppError;
  readonly charge: Charge;
}

/** A call that is followed, and as much of its worst case as is held. */
export interface Followed {
  readonly feed: CallFeed;
  readonly covered: Quantities;
}

/**
 * Whether a followed call that ended in `error` was cut short by its caller or its deadline after it had been given parts of the
 * answer, or by what its caller can pay: then it has run for that caller and is charged for what ran. Otherwise, as when the runner is lost, it
 * is not.
 */
export function cutShort(error: unknown, admission: Admission, { feed, covered }: Followed): Cut | undefined {
  const code = causeOf(error, feed, admission);
  if (code === undefined) return undefined;
  const { eventId, version, isFree = false } = admission;
  const { durations, tokens, taken, refusal } = feed;
  const charge = chargeFor(version.price, measureAfter(covered, { computeMs: durations.computeMs, tokens: () => tokens }), isFree);
  const cut = { parts: taken, id: eventId, amountNano: charge.amountNano.toString(), currency: version.price.currency };
  const budgetId = refusal?.outcome === 'limited' ? { budgetId: refusal.budgetId } : {};
  return { charge, error: code === 'CUT_SHORT_BY_LIMIT' ? inferenceErrors[code]({ ...cut, ...budgetId }, error) : inferenceErrors[code](cut, error) };
}

function causeOf(error: unknown, feed: CallFeed, { deadlineAtMs }: Admission) {
  if (feed.fault !== undefined) return undefined;
  if (feed.refusal !== undefined) return 'CUT_SHORT_BY_LIMIT';
  if (feed.taken === 0 || !(error instanceof AppError)) return undefined;
  if (error.kind === 'cancelled' && feed.signal.aborted) return 'CUT_SHORT_BY_CALLER';
  // Not the model's own limit. Whether the caller or the server set the deadline: else whoever asks for more than fits into it is given that for nothing.
  return error.kind === 'deadline-exceeded' && Date.now() >= deadlineAtMs ? 'CUT_SHORT_BY_DEADLINE' : undefined;
}

const CUTS: readonly string[] = ['INFERENCE.CUT_SHORT_BY_CALLER', 'INFERENCE.CUT_SHORT_BY_DEADLINE', 'INFERENCE.CUT_SHORT_BY_LIMIT'];

/** Whether a call ended by being cut short. */
export function isCut(errorCode: string | null | undefined): boolean {
  return CUTS.includes(errorCode ?? '');
}

/** Whether a call that ended in `error` is paid for all the same. */
export function wasCharged(error: unknown): boolean {
  if (!(error instanceof AppError)) return false;
  const { code, details } = error;
  if (code === 'INFERENCE.ANSWER_UNWRITABLE') return details?.['amountNano'] !== '0' || details?.['replayed'] === true;
  return isCut(code) || code === 'INFERENCE.ANSWER_GONE' || code === 'INFERENCE.NOT_RUN_AGAIN';
}
