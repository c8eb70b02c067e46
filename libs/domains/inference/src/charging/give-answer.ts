import { AppError } from '@steelyard/kernel';
import { inferenceErrors } from '../errors.js';
import type { PredictEvent, PredictResult } from '../predict-command.js';

/**
 * Gives a caller the answer of a call that has run. What goes wrong with that says that the call has run, and what it costs all the same.
 * @throws AppError `INFERENCE.ANSWER_UNWRITABLE`
 */
export async function giveAnswer<T>(result: PredictResult, give: () => T | Promise<T>): Promise<T> {
  try {
    return await give();
  } catch (error) {
    throw unwritable(result, error);
  }
}

/** Why a caller does not get an answer that is there. */
export function unwritable({ predictionId: id, amountNano, currency, replayed }: PredictResult, cause: unknown): AppError {
  if (cause instanceof AppError && cause.code === 'INFERENCE.ANSWER_UNWRITABLE') return cause;
  return inferenceErrors.ANSWER_UNWRITABLE({ id, amountNano: amountNano.toString(), currency, replayed }, cause);
}

/**
 * Ends a call that is followed, where `error` came of an event or of giving it on, and says what its reader is to be told: the same, or
 * what is charged for the call by then. A call that has ended by itself is left as it is.
 */
export async function endBy(error: unknown, events: AsyncGenerator<PredictEvent, void>): Promise<unknown> {
  try {
    await events.throw(error);
    return error;
  } catch (reason) {
    return reason;
  }
}
