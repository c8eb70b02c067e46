import type { ObjectKind } from '../webhooks/refresh-object.js';
import type { StripeCalls } from '../stripe/stripe-calls.js';

/** What money moved for: one row here, one object at Stripe. */
export interface Subject {
  readonly kind: 'payment' | 'refund' | 'dispute' | 'payout';
  /** Of the row; the dispute's is Stripe's. */
  readonly id: string;
  readonly stripeId: string | undefined;
  /** What to read from Stripe to see how it stands. */
  readonly at: { readonly kind: ObjectKind; readonly id: string } | undefined;
  /** Asked of Stripe, and not answered yet. */
  readonly onItsWay: boolean;
  /** Whether there is a row, or may yet be one, that it is for. */
  readonly isKnown: boolean;
}

/** What the transfers of the ledger are for, by their kind. */
export const SUBJECT_OF_POSTING: Readonly<Record<string, Subject['kind']>> = {
  top_up: 'payment',
  refund: 'refund',
  refund_return: 'refund',
  dispute: 'dispute',
  dispute_return: 'dispute',
  payout: 'payout',
  payout_return: 'payout',
};

/** What one subject has brought Stripe's balance altogether, fees aside. */
export async function stripeNanoOf({ kind, stripeId }: Subject, { payments, payouts }: StripeCalls): Promise<bigint> {
  if (stripeId === undefined) return 0n;
  switch (kind) {
    case 'payment':
      return (await payments.intent(stripeId)).receivedNano;
    case 'refund': {
      const { status, amountNano } = await payments.refund(stripeId);
      return status === 'failed' || status === 'canceled' ? 0n : -amountNano;
    }
    case 'dispute':
      return -(await payments.dispute(stripeId)).withdrawnNano;
    case 'payout': {
      const { amountNano, reversedNano } = await payouts.transfer(stripeId);
      return reversedNano - amountNano;
    }
  }
}

const UNKNOWN =
  'It was made by Steelyard and is not known here, as after a restore from an older backup, or where two installations share an account of Stripe: look for it in the dashboard of Stripe. ' +
  'If it is yours, give the organization credit for a payment; a transfer is taken over by the payout of the same provider and month, once that is prepared.';

/** What the operator does about a difference. */
export function actionFor({ kind, onItsWay, isKnown }: Subject, stripeNano: bigint, ledgerNano: bigint): string {
  if (!isKnown && stripeNano !== 0n) return UNKNOWN;
  if (onItsWay) return 'Stripe was asked and has not answered: see the outbox, and resolve what is stuck there.';
  if (kind === 'payment' && stripeNano > ledgerNano) return 'Stripe has money that is in no wallet: refund the payment in the dashboard of Stripe, or give the organization credit.';
  if (stripeNano > ledgerNano) return 'The ledger has given out more than Stripe has paid: look for the object in the dashboard of Stripe by its id, and see the log for its events.';
  return 'Stripe has less than the ledger says: look for the object in the dashboard of Stripe by its id; if it is right there, correct the wallet by operator credit.';
}
