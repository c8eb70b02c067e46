import Stripe from 'stripe';
import type { AppError } from '@steelyard/kernel';
import { paymentErrors } from '../errors.js';

/**
 * What an error of the stripe package means for whoever asked. The distinction that money hangs on: `STRIPE_REFUSED` did not happen and will not,
 * `STRIPE_UNKNOWN` may have happened, `STRIPE_BUSY` and `STRIPE_KEY_REFUSED` did not happen and may later.
 */
export function toFailure(error: unknown): AppError {
  const { StripeError, StripeRateLimitError, StripeAuthenticationError, StripePermissionError, StripeConnectionError, StripeIdempotencyError } = Stripe.errors;
  const reason = error instanceof Error ? error.message : String(error);
  if (!(error instanceof StripeError)) return paymentErrors.STRIPE_UNKNOWN({ reason }, error);
  const { requestId, code, statusCode } = error;
  if (error instanceof StripeRateLimitError) return paymentErrors.STRIPE_BUSY({}, error);
  if (error instanceof StripeAuthenticationError || error instanceof StripePermissionError) return paymentErrors.STRIPE_KEY_REFUSED({ reason }, error);
  // An idempotency error: the key was used with other parameters, so the first of them may well have been done.
  if (error instanceof StripeConnectionError || error instanceof StripeIdempotencyError) return paymentErrors.STRIPE_UNKNOWN({ reason, requestId }, error);
  // 409: another request with the same key is at work. From 500 on nobody knows. Other statuses are a decision.
  const isDecision = statusCode !== undefined && statusCode >= 400 && statusCode < 500 && statusCode !== 409;
  return isDecision ? paymentErrors.STRIPE_REFUSED({ reason, code, requestId }, error) : paymentErrors.STRIPE_UNKNOWN({ reason, requestId }, error);
}

/**
 * The stripe package resolves with whatever JSON came, also on a 404 or 502 of something in between, as long as it has no `error`.
 * @throws AppError `PAYMENTS.STRIPE_UNKNOWN`
 */
export function checkStatus(answer: { readonly lastResponse?: { readonly statusCode?: number; readonly requestId?: string } }): void {
  const { statusCode, requestId } = answer.lastResponse ?? {};
  if (statusCode !== undefined && statusCode >= 200 && statusCode < 300) return;
  throw paymentErrors.STRIPE_UNKNOWN({ reason: `the answer has status ${statusCode ?? 'unknown'} and no error of Stripe's, so it is not Stripe's own`, requestId });
}
