import { AppError } from '@steelyard/kernel';
import { reasonOf, runtimeErrors } from '@steelyard/runtime-kit';

/** What one item of a run failed with; what is no known failure is the model's or the library's. */
export function asRunError(error: unknown): AppError {
  return error instanceof AppError ? error : runtimeErrors.RUN_FAILED({ reason: reasonOf(error) }, error);
}
