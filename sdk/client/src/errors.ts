/** Whether the call that failed cost anything. `unknown`: it may have; ask again with the same idempotency key. */
export type Charged = 'no' | 'yes' | 'unknown';

/** The sort of failure; the same names the platform uses. */
export type ErrorKind =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'not-found'
  | 'method-not-allowed'
  | 'conflict'
  | 'unprocessable'
  | 'payment-required'
  | 'too-large'
  | 'unsupported-media-type'
  | 'rate-limited'
  | 'deadline-exceeded'
  | 'cancelled'
  | 'unavailable'
  | 'not-configured'
  | 'model-failed'
  | 'connection'
  | 'internal';

export interface ErrorFacts {
  readonly kind: ErrorKind;
  /** Stable, e.g. `CATALOG.MODEL_NOT_FOUND`; `CLIENT.*` when the platform never answered. */
  readonly code: string;
  readonly message: string;
  /** HTTP status of the answer, when there was one. */
  readonly status?: number | undefined;
  /** Names this request in the platform's logs. */
  readonly requestId?: string | undefined;
  readonly predictionId?: string | undefined;
  /** What to do about it. */
  readonly fix?: string | undefined;
  readonly details?: Readonly<Record<string, unknown>> | undefined;
  readonly retryable?: boolean | undefined;
  /** How long the platform asks to wait before the next try. */
  readonly retryAfterMs?: number | undefined;
  readonly charged?: Charged | undefined;
  /** Send the call again with this key and it is charged once at most. */
  readonly idempotencyKey?: string | undefined;
  readonly cause?: unknown;
}

/** Every failure of this client is one of these; the subclass says of which kind. */
export class SteelyardError extends Error {
  readonly kind: ErrorKind;
  readonly code: string;
  readonly status: number | undefined;
  readonly requestId: string | undefined;
  readonly predictionId: string | undefined;
  readonly fix: string | undefined;
  readonly details: Readonly<Record<string, unknown>> | undefined;
  readonly retryable: boolean;
  readonly retryAfterMs: number | undefined;
  readonly charged: Charged;
  readonly idempotencyKey: string | undefined;

  constructor(facts: ErrorFacts) {
    super(facts.message, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.name = 'SteelyardError';
    this.kind = facts.kind;
    this.code = facts.code;
    this.status = facts.status;
    this.requestId = facts.requestId;
    this.predictionId = facts.predictionId;
    this.fix = facts.fix;
    this.details = facts.details;
    this.retryable = facts.retryable ?? false;
    this.retryAfterMs = facts.retryAfterMs;
    this.charged = facts.charged ?? 'unknown';
    this.idempotencyKey = facts.idempotencyKey;
  }

  /** What the call cost, in nano-units of its currency, where it was cut short and the platform says so. */
  get chargedNano(): bigint | undefined {
    return this.charged === 'yes' ? nanoOf(this.details?.['amountNano']) : undefined;
  }
}

/** One thing that is wrong with an input. `path` is written as in code (`scores[0].label`), empty for the input itself. */
export interface InputProblem {
  readonly path: string;
  readonly message: string;
}

/** The input does not fit the model's schema, or is no JSON, or is too large. */
export class InputInvalidError extends SteelyardError {
  override readonly name: string = 'InputInvalidError';

  /** Everything that is wrong, where the platform said so. */
  get problems(): readonly InputProblem[] {
    const problems = this.details?.['problems'];
    return Array.isArray(problems) ? (problems as InputProblem[]) : [];
  }
}

/** No key, or one that is malformed, unknown, revoked or expired. */
export class AuthenticationError extends SteelyardError {
  override readonly name: string = 'AuthenticationError';
}

/** The key is good but its scopes do not allow this. */
export class PermissionDeniedError extends SteelyardError {
  override readonly name: string = 'PermissionDeniedError';
}

/** The balance or a limit does not cover the call. Never retried. */
export class PaymentRequiredError extends SteelyardError {
  override readonly name: string = 'PaymentRequiredError';

  /** What the call may cost at most, in nano-units of the currency. */
  get requiredNano(): bigint | undefined {
    return nanoOf(this.details?.['requiredNano']);
  }

  get availableNano(): bigint | undefined {
    return nanoOf(this.details?.['availableNano']);
  }
}

/** A budget of the organization does not cover the call. */
export class LimitReachedError extends PaymentRequiredError {
  override readonly name: string = 'LimitReachedError';

  get budgetId(): string | undefined {
    return textOf(this.details?.['budgetId']);
  }
}

/**
 * The credit or a budget was used up while the call ran: it ends with the parts that were given, and what ran is charged
 * (`chargedNano`).
 */
export class CutShortError extends PaymentRequiredError {
  override readonly name: string = 'CutShortError';

  /** The budget that was used up; undefined where it was the credit. */
  get budgetId(): string | undefined {
    return textOf(this.details?.['budgetId']);
  }
}

/** No such model, version or channel, or none that this key may see. */
export class NotFoundError extends SteelyardError {
  override readonly name: string = 'NotFoundError';
}

/** An idempotency key used for another input, a version number that is taken, ... */
export class ConflictError extends SteelyardError {
  override readonly name: string = 'ConflictError';
}

export class RateLimitedError extends SteelyardError {
  override readonly name: string = 'RateLimitedError';
}

/** The deadline passed, here or on the platform. */
export class DeadlineError extends SteelyardError {
  override readonly name: string = 'DeadlineError';
}

/** The caller's own signal stopped the call. */
export class CancelledError extends SteelyardError {
  override readonly name: string = 'CancelledError';
}

/** The platform cannot serve the call just now. */
export class UnavailableError extends SteelyardError {
  override readonly name: string = 'UnavailableError';
}

/** The model failed on this call, or its answer is not what it promises: its provider can mend it. */
export class ModelFailedError extends SteelyardError {
  override readonly name: string = 'ModelFailedError';
}

/** The platform could not be reached, or the connection broke before its answer was complete. */
export class ConnectionError extends SteelyardError {
  override readonly name: string = 'ConnectionError';
}

/** The platform failed, or answered something that this client cannot read. */
export class InternalError extends SteelyardError {
  override readonly name: string = 'InternalError';
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function nanoOf(value: unknown): bigint | undefined {
  if (typeof value === 'string' && /^-?\d+$/.test(value)) return BigInt(value);
  return typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) : undefined;
}
