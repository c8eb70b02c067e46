/** What sort of failure it is. Doors map it to their own status; see `platform/http` and `platform/graphql`. */
export const ERROR_KINDS = [
  'invalid',
  'unauthenticated',
  'forbidden',
  'not-found',
  'method-not-allowed',
  'conflict',
  'unprocessable',
  'payment-required',
  'too-large',
  'unsupported-media-type',
  'rate-limited',
  'deadline-exceeded',
  'cancelled',
  'unavailable',
  'not-configured',
  // Neither the caller nor the platform is at fault.
  'model-failed',
  'internal',
] as const;

export type ErrorKind = (typeof ERROR_KINDS)[number];

export interface AppErrorOptions {
  readonly kind: ErrorKind;
  /** What the reader can do about it. */
  readonly fix?: string | undefined;
  /** For machines: JSON values only. */
  readonly details?: Readonly<Record<string, unknown>> | undefined;
  readonly cause?: unknown;
  /** Whether the same call may succeed if it is sent again. */
  readonly retryable?: boolean | undefined;
}

/** A failure with a stable `DOMAIN.CODE`. Anything else that is thrown is a bug or an operational fault. */
export class AppError extends Error {
  readonly code: string;
  readonly kind: ErrorKind;
  readonly fix: string | undefined;
  readonly details: Readonly<Record<string, unknown>> | undefined;
  readonly retryable: boolean;

  constructor(code: string, message: string, options: AppErrorOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.kind = options.kind;
    this.fix = options.fix;
    this.details = options.details;
    this.retryable = options.retryable ?? (options.kind === 'unavailable' || options.kind === 'rate-limited');
  }
}

/** One row of a domain's error table. `message` says what happened and why, `fix` what to do. */
export interface ErrorSpec<P> {
  readonly kind: ErrorKind;
  readonly message: (params: P) => string;
  readonly fix?: string | ((params: P) => string);
  readonly retryable?: boolean;
}

type ErrorTable = Record<string, ErrorSpec<never>>;
type Raise<S> = S extends ErrorSpec<infer P> ? (params: P, cause?: unknown) => AppError : never;
export type Errors<T extends ErrorTable> = { readonly [K in keyof T]: Raise<T[K]> };

/**
 * A domain's table of failures as functions that make them: `throw catalogErrors.MODEL_NOT_FOUND({ ref })`.
 * The parameters become the error's `details`.
 */
export function defineErrors<T extends ErrorTable>(domain: string, table: T): Errors<T> {
  const entries = Object.entries(table).map(([name, row]) => {
    const spec = row as ErrorSpec<unknown>;
    const raise = (params: unknown, cause?: unknown) =>
      new AppError(`${domain}.${name}`, spec.message(params), {
        kind: spec.kind,
        fix: typeof spec.fix === 'function' ? spec.fix(params) : spec.fix,
        details: params as Record<string, unknown>,
        retryable: spec.retryable,
        cause,
      });
    return [name, raise];
  });
  return Object.fromEntries(entries) as Errors<T>;
}

/** Marks code that cannot be reached; reaching it is a bug. */
export function assertNever(value: never, what = 'value'): never {
  throw new TypeError(`unexpected ${what}: ${JSON.stringify(value)}`);
}
