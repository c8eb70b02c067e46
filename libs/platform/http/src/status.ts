import type { ErrorKind } from '@steelyard/kernel';

/** The one map from sorts of failure to HTTP statuses. A new kind does not compile until it has a row. */
export const HTTP_STATUS: Readonly<Record<ErrorKind, number>> = {
  invalid: 400,
  unauthenticated: 401,
  'payment-required': 402,
  forbidden: 403,
  'not-found': 404,
  'method-not-allowed': 405,
  conflict: 409,
  'too-large': 413,
  'unsupported-media-type': 415,
  unprocessable: 422,
  'rate-limited': 429,
  // The caller went away; nobody reads it, but it stands in logs and metrics.
  cancelled: 499,
  internal: 500,
  'not-configured': 501,
  // What stands behind this server gave no good answer.
  'model-failed': 502,
  unavailable: 503,
  'deadline-exceeded': 504,
};
