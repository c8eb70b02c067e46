import { HttpException } from '@nestjs/common';
import { AppError, type ErrorKind } from '@steelyard/kernel';
import { httpErrors } from './errors.js';
import { HTTP_STATUS } from './status.js';

export interface HttpErrorBody {
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly fix?: string;
    readonly details?: Readonly<Record<string, unknown>>;
    /** Whether the same call may succeed if it is sent again. */
    readonly retryable: boolean;
    /** Whether the call was paid for all the same. */
    readonly charged: boolean;
    readonly requestId: string;
  };
}

export interface HttpError {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: HttpErrorBody;
}

export interface HttpErrorOptions {
  /** Told of faults that the caller does not get to see. */
  readonly log?: FaultLog | undefined;
  /** Default false: a call that fails is not charged unless the door knows better. */
  readonly charged?: boolean;
}

export interface FaultLog {
  error(fields: object, message: string): void;
}

/**
 * Any thrown value as an HTTP answer. A failure (`AppError`) says what it says; a refusal by Fastify or Nest keeps its status; everything else
 * is a fault of ours: logged with its cause, answered as `INTERNAL` without a word of it.
 */
export function toHttpError(error: unknown, requestId: string, options: HttpErrorOptions = {}): HttpError {
  const failure = toFailure(error);
  if (failure.kind === 'internal') options.log?.error({ err: error, requestId }, 'a request failed by a fault of ours');
  const { code, kind, message, fix, details, retryable } = failure;
  return {
    status: HTTP_STATUS[kind],
    headers: headersOf(failure),
    body: {
      error: {
        code,
        message,
        ...(fix !== undefined && { fix }),
        ...(details !== undefined && { details }),
        retryable,
        charged: options.charged ?? false,
        requestId,
      },
    },
  };
}

/** Any thrown value as a failure that may be shown to a caller. */
export function toFailure(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (isOfForeignText(error)) return httpErrors.TEXT_INVALID({}, error);
  return frameworkRefusal(error) ?? new AppError('INTERNAL', 'Something went wrong on our side.', { kind: 'internal', cause: error, retryable: false });
}

/** SQLSTATEs of a NUL in a text and in a text of JSON: PostgreSQL stores neither, and who sends one has sent nonsense. */
const FOREIGN_TEXT = new Set<unknown>(['22021', '22P05']);

/** Whether the database refused a text, said by its driver or by Prisma around it. */
function isOfForeignText(error: unknown): boolean {
  const { code, meta } = (error ?? {}) as { code?: unknown; meta?: { driverAdapterError?: { cause?: { code?: unknown } } } };
  return FOREIGN_TEXT.has(code) || FOREIGN_TEXT.has(meta?.driverAdapterError?.cause?.code);
}

const DEFAULT_RETRY_AFTER_MS = 1_000;

function headersOf(failure: AppError): Record<string, string> {
  if (failure.kind === 'method-not-allowed') return { allow: String(failure.details?.['allowed']) };
  if (failure.kind === 'unauthenticated') return { 'www-authenticate': 'Bearer' };
  if (failure.kind !== 'unavailable' && failure.kind !== 'rate-limited') return {};
  const afterMs = failure.details?.['retryAfterMs'];
  return { 'retry-after': String(Math.ceil((typeof afterMs === 'number' ? afterMs : DEFAULT_RETRY_AFTER_MS) / 1_000)) };
}

const REFUSALS: Readonly<Record<number, { readonly code: string; readonly kind: ErrorKind }>> = {
  400: { code: 'HTTP.BAD_REQUEST', kind: 'invalid' },
  404: { code: 'HTTP.NOT_FOUND', kind: 'not-found' },
  408: { code: 'HTTP.TIMEOUT', kind: 'deadline-exceeded' },
  413: { code: 'HTTP.BODY_TOO_LARGE', kind: 'too-large' },
  415: { code: 'HTTP.MEDIA_TYPE_UNSUPPORTED', kind: 'unsupported-media-type' },
};

/**
 * What Fastify or Nest itself refused: an unknown route, a body too large or not JSON. Recognised by who made the error and not by a
 * `statusCode` alone, which vendors' errors carry too.
 */
function frameworkRefusal(error: unknown): AppError | undefined {
  if (!(error instanceof Error)) return undefined;
  const status = statusOfFramework(error);
  if (status === undefined || status < 400 || status > 499) return undefined;
  const { code, kind } = REFUSALS[status] ?? { code: 'HTTP.REFUSED', kind: 'invalid' as const };
  return new AppError(code, error.message, { kind, cause: error });
}

function statusOfFramework(error: Error): number | undefined {
  if (error instanceof HttpException) return error.getStatus();
  const byFastify = 'code' in error && typeof error.code === 'string' && error.code.startsWith('FST_');
  const byParser = error instanceof SyntaxError;
  return (byFastify || byParser) && 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : undefined;
}
