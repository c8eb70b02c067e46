import type Stripe from 'stripe';
import { fromCents } from '../cents.js';

/** What of Stripe's objects the product goes by; money in nano-units. `key` names the operation of the outbox that they come from. */

export interface StripeIntent {
  readonly id: string;
  readonly key: string | undefined;
  readonly status: Stripe.PaymentIntent.Status;
  /** What has been paid. */
  readonly receivedNano: bigint;
  readonly currency: string;
  readonly failure: string | undefined;
}

export function intentOf(intent: Stripe.PaymentIntent): StripeIntent {
  const { id, metadata, status, amount_received: received, currency, last_payment_error: error } = intent;
  return { id, key: keyOf(metadata), status, receivedNano: fromCents(received), currency, failure: error?.message };
}

export interface StripeSession {
  readonly id: string;
  readonly key: string | undefined;
  readonly status: Stripe.Checkout.Session.Status | null;
  readonly url: string | undefined;
  readonly intentId: string | undefined;
}

export function sessionOf(session: Stripe.Checkout.Session): StripeSession {
  const { id, metadata, status, url, payment_intent: intent } = session;
  return { id, key: keyOf(metadata), status, url: url ?? undefined, intentId: idOf(intent) };
}

export interface StripeRefund {
  readonly id: string;
  readonly key: string | undefined;
  /** `pending`, `requires_action`, `succeeded`, `failed` or `canceled`. */
  readonly status: string;
  readonly amountNano: bigint;
  readonly currency: string;
  readonly intentId: string | undefined;
  readonly reason: string | undefined;
  readonly failure: string | undefined;
}

export function refundOf(refund: Stripe.Refund): StripeRefund {
  const { id, metadata, status, amount, currency, payment_intent: intent, failure_reason: failure, reason } = refund;
  return {
    id, key: keyOf(metadata), status: status ?? 'pending', amountNano: fromCents(amount), currency, intentId: idOf(intent), failure,
    reason: reason ?? undefined,
  };
}

export interface StripeDispute {
  readonly id: string;
  readonly status: string;
  readonly reason: string;
  readonly amountNano: bigint;
  /** What Stripe has taken back of the payment so far, fees aside, in the currency that its balance is kept in. */
  readonly withdrawnNano: bigint;
  /** That of the balance: another one than the payment's where Stripe does not settle in that. */
  readonly withdrawnCurrency: string;
  /** How many movements of Stripe's balance that is the sum of. */
  readonly moves: number;
  readonly currency: string;
  readonly intentId: string | undefined;
}

export function disputeOf(dispute: Stripe.Dispute): StripeDispute {
  const { id, status, reason, amount, currency, payment_intent: intent, balance_transactions: moves } = dispute;
  const withdrawn = -moves.reduce((sum, move) => sum + move.amount, 0);
  const withdrawnCurrency = moves.find((move) => move.currency !== currency)?.currency ?? currency;
  return { id, status, reason, amountNano: fromCents(amount), withdrawnNano: fromCents(withdrawn), withdrawnCurrency, moves: moves.length, currency, intentId: idOf(intent) };
}

export interface StripeTransfer {
  readonly id: string;
  readonly key: string | undefined;
  readonly amountNano: bigint;
  readonly reversedNano: bigint;
  readonly currency: string;
}

export function transferOf(transfer: Stripe.Transfer): StripeTransfer {
  const { id, metadata, amount, amount_reversed: reversed, currency } = transfer;
  return { id, key: keyOf(metadata), amountNano: fromCents(amount), reversedNano: fromCents(reversed), currency };
}

export interface StripeAccount {
  readonly id: string;
  readonly key: string | undefined;
  /** Stripe takes transfers to it. */
  readonly enabled: boolean;
  /** What Stripe wants to know from the provider. */
  readonly requirements: readonly string[];
}

export function accountOf(account: Stripe.V2.Core.Account): StripeAccount {
  const { id, metadata, configuration, requirements, closed } = account;
  const wanted = (requirements?.entries ?? []).filter(({ awaiting_action_from: from }) => from === 'user').map(({ description }) => description);
  const enabled = closed !== true && configuration?.recipient?.capabilities?.stripe_balance?.stripe_transfers?.status === 'active';
  return { id, key: keyOf(metadata), enabled, requirements: wanted };
}

/** Money that came to Stripe's balance or left it. */
export interface StripeMove {
  readonly id: string;
  readonly type: string;
  /** What it is part of; `undefined` for what has no object, such as a fee. */
  readonly source: { readonly object: string; readonly id: string; readonly key: string | undefined; readonly intentId: string | undefined; readonly transferId: string | undefined } | undefined;
  readonly amountNano: bigint;
  readonly feeNano: bigint;
  readonly currency: string;
}

/** @param move with its source, not only the source's id */
export function moveOf(move: Stripe.BalanceTransaction): StripeMove {
  const { id, type, source, amount, fee, currency } = move;
  return { id, type, source: source === null || typeof source === 'string' ? undefined : sourceOf(source), amountNano: fromCents(amount), feeNano: fromCents(fee), currency };
}

function sourceOf(source: Stripe.BalanceTransactionSource): StripeMove['source'] {
  const { object, id, metadata, payment_intent: intent, transfer } = source as unknown as {
    object: string; id: string; metadata?: Record<string, string> | null; payment_intent?: string | { id: string } | null; transfer?: string | { id: string } | null;
  };
  return { object, id, key: keyOf(metadata), intentId: idOf(intent), transferId: object === 'transfer' ? id : idOf(transfer) };
}

export function idOf(reference: string | { readonly id?: string } | null | undefined): string | undefined {
  return (typeof reference === 'string' ? reference : reference?.id) ?? undefined;
}

/** The entry of an object's metadata that says which operation made it. */
export const METADATA_KEY = 'steelyard';

function keyOf(metadata: Readonly<Record<string, string>> | null | undefined): string | undefined {
  return metadata?.[METADATA_KEY];
}
