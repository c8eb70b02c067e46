import { isId, PLATFORM_ORGANIZATION_ID } from '@steelyard/kernel';
import type { Tx } from '@steelyard/platform-database';
import { idOfAdopted } from '../refunds/apply-refund.js';
import type { StripeMove } from '../stripe/objects.js';
import { paymentIdOf } from '../top-ups/payment.js';
import type { ObjectKind } from '../webhooks/refresh-object.js';
import { SUBJECT_OF_POSTING, type Subject } from './subject.js';

/** One side's sum for a subject, named `<kind> <id>`. */
export type Sums = Map<string, bigint>;

export function addTo(sums: Sums, subject: string, nano: bigint): void {
  sums.set(subject, (sums.get(subject) ?? 0n) + nano);
}

export interface MoveSums {
  readonly sums: Sums;
  /** By subject, Stripe's ids of refunds: of one that was made in Stripe's dashboard and not heard of, there is no row that says it. */
  readonly refundIds: ReadonlyMap<string, string>;
}

/** What Stripe's movements of a time come to, by what they are for; those that nothing here knows of are left out. */
export async function sumMoves(tx: Tx, moves: readonly StripeMove[]): Promise<MoveSums> {
  const named = <T>(values: readonly (T | null | undefined)[]): T[] => [...new Set(values.filter((value): value is T => value != null))];
  const intentIds = named(moves.map(({ source }) => source?.intentId));
  const keyed = named(moves.map(({ source }) => paymentIdOf(source?.key))).filter(isId);
  const payments = await tx.payment.findMany({ where: { OR: [{ intentId: { in: intentIds } }, { id: { in: keyed } }] }, select: { id: true, intentId: true } });
  const known = new Set(payments.map(({ id }) => id));
  const refunds = await tx.paymentRefund.findMany({ where: { refundId: { in: named(moves.map(({ source }) => source?.id)) } }, select: { id: true, refundId: true } });
  const payouts = await tx.payout.findMany({ where: { transferId: { in: named(moves.map(({ source }) => source?.transferId)) } }, select: { id: true, transferId: true } });
  const paymentIds = new Map(payments.map(({ id, intentId }) => [intentId!, id]));
  const ownIds = new Map(refunds.map(({ id, refundId }) => [refundId!, id]));
  const payoutIds = new Map(payouts.map(({ id, transferId }) => [transferId!, id]));
  const sums: Sums = new Map();
  const refundIds = new Map<string, string>();
  for (const { source, amountNano } of moves) {
    const keyedId = paymentIdOf(source?.key);
    const paymentId = (source?.intentId === undefined ? undefined : paymentIds.get(source.intentId)) ?? (keyedId !== undefined && known.has(keyedId) ? keyedId : undefined);
    const payoutId = source?.transferId === undefined ? undefined : payoutIds.get(source.transferId);
    if (source?.object === 'charge' && paymentId !== undefined) addTo(sums, `payment ${paymentId}`, amountNano);
    else if (source?.object === 'refund' && paymentId !== undefined) {
      const subject = `refund ${ownIds.get(source.id) ?? idOfAdopted(source.id)}`;
      refundIds.set(subject, source.id);
      addTo(sums, subject, amountNano);
    } else if (source?.object === 'dispute' && paymentId !== undefined) addTo(sums, `dispute ${source.id}`, amountNano);
    else if (payoutId !== undefined) addTo(sums, `payout ${payoutId}`, amountNano);
  }
  return { sums, refundIds };
}

interface PostingSum {
  readonly kind: string;
  readonly id: string;
  readonly nano: bigint;
}

/** What the ledger has posted on Stripe's account between two times, by what it was for. */
export async function sumPostings(tx: Tx, from: Date, to: Date, currency: string): Promise<Sums> {
  const rows = await tx.$queryRaw<PostingSum[]>`
    SELECT t.kind, split_part(t.reason, ' ', 2) AS id, sum(CASE WHEN t.debit_account_id = a.id THEN t.amount_nano ELSE -t.amount_nano END)::bigint AS nano
    FROM ledger_account AS a
    JOIN ledger_transfer AS t ON t.debit_account_id = a.id AND t.debit_tenant_id = a.tenant_id OR t.credit_account_id = a.id AND t.credit_tenant_id = a.tenant_id
    WHERE a.tenant_id = ${PLATFORM_ORGANIZATION_ID}::uuid AND a.kind = 'stripe_clearing' AND a.currency = ${currency}
      AND t.created_at >= ${from} AND t.created_at < ${to}
    GROUP BY 1, 2`;
  return sumUp(rows);
}

/** What the ledger has posted for one subject ever. */
export async function ledgerNanoOf(tx: Tx, { kind, id }: Subject): Promise<bigint> {
  const rows = await tx.$queryRaw<PostingSum[]>`
    SELECT t.kind, split_part(t.reason, ' ', 2) AS id, sum(CASE WHEN t.debit_account_id = a.id THEN t.amount_nano ELSE -t.amount_nano END)::bigint AS nano
    FROM ledger_account AS a
    JOIN ledger_transfer AS t ON t.debit_account_id = a.id AND t.debit_tenant_id = a.tenant_id OR t.credit_account_id = a.id AND t.credit_tenant_id = a.tenant_id
    WHERE a.tenant_id = ${PLATFORM_ORGANIZATION_ID}::uuid AND a.kind = 'stripe_clearing' AND split_part(t.reason, ' ', 2) = ${id}
    GROUP BY 1, 2`;
  return sumUp(rows).get(`${kind} ${id}`) ?? 0n;
}

function sumUp(rows: readonly PostingSum[]): Sums {
  const sums: Sums = new Map();
  for (const { kind, id, nano } of rows) addTo(sums, `${SUBJECT_OF_POSTING[kind] ?? kind} ${id}`, nano);
  return sums;
}

/** What a sum's name stands for: its row, or where there is none, what Stripe's movement says of it. */
export async function findSubject(tx: Tx, name: string, refundIds: MoveSums['refundIds']): Promise<Subject> {
  const [kind, id] = name.split(' ') as [Subject['kind'], string];
  const unknown: Subject = { kind, id, stripeId: undefined, at: undefined, onItsWay: false };
  const subject = (stripeId: string | null, at: ObjectKind, onItsWay = false): Subject => ({ kind, id, stripeId: stripeId ?? undefined, at: stripeId === null ? undefined : { kind: at, id: stripeId }, onItsWay });
  switch (kind) {
    case 'payment': {
      const row = await tx.payment.findUnique({ where: { id } });
      // Of a page that was paid and not heard of, the intent is not known yet.
      return row ? { ...subject(row.intentId, 'intent'), ...(row.sessionId !== null && { at: { kind: 'session', id: row.sessionId } }) } : unknown;
    }
    case 'refund': {
      const row = await tx.paymentRefund.findUnique({ where: { id } });
      return row ? subject(row.refundId, 'refund', row.state === 'pending' && row.refundId === null) : subject(refundIds.get(name) ?? null, 'refund');
    }
    case 'payout': {
      const row = await tx.payout.findUnique({ where: { id } });
      return row ? subject(row.transferId, 'transfer', row.state === 'sending' || row.state === 'reversing') : unknown;
    }
    case 'dispute':
      return subject(id, 'dispute');
  }
}
