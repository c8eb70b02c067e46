import type { AppError, ErrorKind } from '@steelyard/kernel';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';

/** Port: how thrown values become failures and failures statuses; `toFailure` and `HTTP_STATUS` of platform/http fit. */
export interface ErrorPolicy {
  toFailure(error: unknown): AppError;
  readonly statuses: Readonly<Record<ErrorKind, number>>;
}

export interface FaultLog {
  error(fields: object, message: string): void;
}

export interface ErrorFormatterOptions {
  readonly errors: ErrorPolicy;
  /** Told of faults that the caller does not get to see. */
  readonly log: FaultLog;
}

export interface FormattedExecution {
  readonly statusCode: number;
  readonly response: { readonly data?: Record<string, unknown> | null; readonly errors: GraphQLFormattedError[] };
}

interface Execution {
  readonly data?: Record<string, unknown> | null;
  readonly errors: readonly GraphQLError[];
}

export type ErrorFormatter = (execution: Execution, requestId: string) => FormattedExecution;

/**
 * Errors as callers see them: the message and `extensions {code, kind, fix, details, retryable, requestId}`. What is neither a failure nor the
 * caller's own mistake in the document becomes `INTERNAL` and is logged.
 *
 * An operation that ran answers 200, whatever became of its fields. A request that did not get as far answers the status of its first error.
 */
export function createErrorFormatter({ errors: policy, log }: ErrorFormatterOptions): ErrorFormatter {
  return (execution, requestId) => {
    const described = execution.errors.flatMap(unfold).map((error) => describe(error, requestId));
    const ran = execution.errors.some((error) => error.path !== undefined);
    const statusCode = ran ? 200 : (described[0]?.status ?? 500);
    const errors = described.map(({ formatted }) => formatted);
    return { statusCode, response: ran ? { data: execution.data ?? null, errors } : { errors } };
  };

  function describe(error: GraphQLError, requestId: string): { status: number; formatted: GraphQLFormattedError } {
    const place = { ...(error.locations && { locations: error.locations }), ...(error.path && { path: error.path }) };
    const cause = innermost(error);
    if (cause === undefined) {
      const { code = 'GRAPHQL.INVALID', ...others } = error.extensions ?? {};
      const extensions = { code, kind: 'invalid', retryable: false, ...others, requestId };
      return { status: policy.statuses.invalid, formatted: { message: error.message, ...place, extensions } };
    }
    const failure = policy.toFailure(cause);
    if (failure.kind === 'internal') log.error({ err: cause, requestId, path: error.path?.join('.') }, 'a GraphQL field failed by a fault of ours');
    const { code, kind, message, fix, details, retryable } = failure;
    const extensions = { code, kind, ...(fix !== undefined && { fix }), ...(details !== undefined && { details }), retryable, requestId };
    return { status: policy.statuses[kind], formatted: { message, ...place, extensions } };
  }
}

/** Whatever was thrown outside a field, as what a formatter takes. */
export function asThrown(error: unknown): GraphQLError {
  if (error instanceof GraphQLError) return error;
  return new GraphQLError('failed', { originalError: error instanceof Error ? error : new Error(String(error)) });
}

/** Mercurius gathers the errors of a document that is not valid in one error's `errors`. */
function unfold(error: GraphQLError): GraphQLError[] {
  const inner: unknown = error.originalError && 'errors' in error.originalError ? error.originalError.errors : undefined;
  return Array.isArray(inner) ? inner.map(asGraphqlError) : [error];
}

function asGraphqlError(error: unknown): GraphQLError {
  if (error instanceof GraphQLError) return error;
  // The complaints of the body's schema, e.g. that it is a list.
  const message = typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : 'The request is not valid';
  return new GraphQLError(message);
}

/** What broke, under the layers that execution puts around it; `undefined` when the fault is in what the caller sent. */
function innermost(error: GraphQLError): unknown {
  // A scalar that refuses a variable, or a value in the document, may throw anything.
  if (error.path === undefined && /^(Argument "|Variable "|Expected value of type )/.test(error.message)) return undefined;
  let broke: unknown = error;
  // Layers are known by `originalError` and not by class: compiled queries have a class of their own.
  while (broke instanceof Error && 'originalError' in broke && broke.originalError !== undefined) broke = broke.originalError;
  if (isRefusalOfMercurius(broke)) return undefined;
  // What GraphQL says before anything runs is about the request; what it says of a field that ran is about our answer.
  return broke instanceof GraphQLError && error.path === undefined ? undefined : broke;
}

function isRefusalOfMercurius(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error) || !('statusCode' in error)) return false;
  return String(error.code).startsWith('MER_ERR_GQL_') && Number(error.statusCode) < 500;
}
