import { formatNano } from '@steelyard/kernel';
import type { PaymentDispute as DisputeRow, PaymentOperation as OperationRow, PaymentRefund as RefundRow, PayoutAccount as AccountRow, Reconciliation as ReconciliationRow } from '@steelyard/platform-database';
import type { Payout as PayoutRow } from '../payouts/payout.js';
import type { PaymentWithReturns } from '../read-money.js';
import type { Difference } from '../reconciliation/reconcile.js';
import type { OperationState, PaymentOperation, Reconciliation } from './operator.graphql-types.js';
import type { Payment, PaymentDispute, PaymentMethod, PaymentRefund, PaymentState, RefundState } from './payments.graphql-types.js';
import type { Payout, PayoutAccount, PayoutMethod, PayoutState } from './payouts.graphql-types.js';

export function toRefund({ amountNano, state, ...refund }: RefundRow): PaymentRefund {
  return { ...refund, amountNano, amount: formatNano(amountNano), state: state as RefundState };
}

function toDispute({ id, amountNano, withdrawnNano, state, reason }: DisputeRow): PaymentDispute {
  return { id, state, reason, amount: formatNano(amountNano), withdrawn: formatNano(withdrawnNano) };
}

export function toPayment({ refunds, disputes, method, state, amountNano, checkoutUrl, ...payment }: PaymentWithReturns): Payment {
  const refunded = refunds.filter((refund) => refund.state !== 'failed').reduce((sum, refund) => sum + refund.amountNano, 0n);
  return {
    ...payment, amountNano, amount: formatNano(amountNano), refunded: formatNano(refunded), method: method as PaymentMethod, state: state as PaymentState,
    checkoutUrl: state === 'open' ? checkoutUrl : null, refunds: refunds.map(toRefund), disputes: disputes.map(toDispute),
  };
}

export function toAccount({ enabled, requirements, email, country, seenAt }: AccountRow): PayoutAccount {
  return { enabled, requirements, email, country, seenAt };
}

export interface PayoutView {
  readonly organization: string;
  readonly configured: boolean;
  /** Stripe sends money to the provider. */
  readonly enabled: boolean;
}

export function toPayout({ amountNano, reversedNano, state, method, failure, ...payout }: PayoutRow, { organization, configured, enabled }: PayoutView): Payout {
  const waitingFor = !configured
    ? 'Payments are not configured on this server: the operator pays it by other means and marks it as paid.'
    : enabled
      ? 'It is sent within minutes.'
      : 'The provider has to set up payouts first; it is sent by itself then.';
  return {
    ...payout, organization, amountNano, amount: formatNano(amountNano), reversed: formatNano(reversedNano), failure,
    state: state as PayoutState, method: method as PayoutMethod, waitingFor: state === 'waiting' ? (failure ?? waitingFor) : null,
  };
}

export function toOperation({ state, ...operation }: OperationRow, organization: string): PaymentOperation {
  return { ...operation, organization, state: state as OperationState };
}

export function toReconciliation({ day, differences, feesNano, ...row }: ReconciliationRow): Reconciliation {
  const all = (differences as unknown as readonly Difference[]).map(({ stripeNano, ledgerNano, ...difference }) => ({
    ...difference, atStripe: formatNano(BigInt(stripeNano)), inLedger: formatNano(BigInt(ledgerNano)),
  }));
  return { ...row, day: day.toISOString().slice(0, 10), feesNano, fees: formatNano(feesNano), matched: all.length === 0, differences: all };
}
