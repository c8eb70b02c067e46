/**
 * The failures of usage rows that are no fault of the model or the platform. A row says what the engine rejected a call with:
 * `ENGINE.*` of the engine, `RUNTIME.*` and `INPUT.*` of the runner, or `INTERNAL`. What is refused before that (no credit,
 * input against the schema, no such model) makes no row. What is not in this table is a fault, so that a new code counts until
 * somebody decides that it does not.
 */
export const CALLERS_OWN_FAILURES: readonly string[] = [
  // What was sent is not what the model takes, found when it was decoded.
  'INPUT.INVALID',
  'ENGINE.INPUT_TOO_LARGE',
  // The caller went away.
  'ENGINE.CANCELLED',
  // The caller has more calls waiting than one organization may have.
  'ENGINE.OVERLOADED',
  // The caller's time was over. It may have been too short, so it is no fault; but it lasted that long: see OUT_OF_TIME.
  'ENGINE.DEADLINE_EXCEEDED',
  'RUNTIME.DEADLINE_EXCEEDED',
];

/** Calls that would have taken longer still. Without them a version that answers nobody in time would look quick. */
export const OUT_OF_TIME: readonly string[] = ['ENGINE.DEADLINE_EXCEEDED', 'RUNTIME.DEADLINE_EXCEEDED'];
