import {
  AuthenticationError,
  CancelledError,
  ConflictError,
  ConnectionError,
  CutShortError,
  DeadlineError,
  type ErrorFacts,
  type ErrorKind,
  InputInvalidError,
  InternalError,
  LimitReachedError,
  ModelFailedError,
  NotFoundError,
  PaymentRequiredError,
  PermissionDeniedError,
  RateLimitedError,
  SteelyardError,
  UnavailableError,
} from './errors.js';

const CLASSES: Readonly<Record<ErrorKind, new (facts: ErrorFacts) => SteelyardError>> = {
  invalid: InputInvalidError,
  'too-large': InputInvalidError,
  'unsupported-media-type': InputInvalidError,
  unprocessable: InputInvalidError,
  unauthenticated: AuthenticationError,
  forbidden: PermissionDeniedError,
  'not-found': NotFoundError,
  'method-not-allowed': SteelyardError,
  conflict: ConflictError,
  'payment-required': PaymentRequiredError,
  'rate-limited': RateLimitedError,
  'deadline-exceeded': DeadlineError,
  cancelled: CancelledError,
  unavailable: UnavailableError,
  connection: ConnectionError,
  'not-configured': SteelyardError,
  'model-failed': ModelFailedError,
  internal: InternalError,
};

/** Failures that have a class of their own among those of their kind. */
const CLASSES_BY_CODE: ReadonlyMap<string, new (facts: ErrorFacts) => SteelyardError> = new Map([
  ['INFERENCE.LIMIT_REACHED', LimitReachedError],
  ['INFERENCE.CUT_SHORT_BY_LIMIT', CutShortError],
]);

export function isErrorKind(value: unknown): value is ErrorKind {
  return typeof value === 'string' && Object.hasOwn(CLASSES, value);
}

/** An error of the class that goes with its code or else its kind. */
export function createError(facts: ErrorFacts): SteelyardError {
  return new (CLASSES_BY_CODE.get(facts.code) ?? CLASSES[facts.kind])(facts);
}

/** The same failure with some facts replaced. */
export function amendError(error: SteelyardError, changes: Partial<ErrorFacts>): SteelyardError {
  const amended = createError({
    kind: error.kind,
    code: error.code,
    message: error.message,
    status: error.status,
    requestId: error.requestId,
    predictionId: error.predictionId,
    fix: error.fix,
    details: error.details,
    retryable: error.retryable,
    retryAfterMs: error.retryAfterMs,
    charged: error.charged,
    idempotencyKey: error.idempotencyKey,
    cause: error.cause,
    ...changes,
  });
  if (error.stack !== undefined) amended.stack = error.stack;
  return amended;
}
