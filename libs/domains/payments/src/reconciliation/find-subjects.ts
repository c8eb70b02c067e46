import { isId, PLATFORM_ORGANIZATION_ID } from '@steelyard/kernel';
import type { Tx } from '@steelyard/platform-database';
import { payoutKey, payoutOfKey } from '../payouts/payout.js';
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
  /** By subject, Stripe's ids as the movements have them: of what was not heard of, or is in no row here, nothing else says them. */
  readonly stripeIds: ReadonlyMap<string, string>;
}

/**
 * What Stripe's movements of a time come to, by what they are for. Those of others, which carry no key of ours and belong to no row here, are left out; what
 * carries one and belongs to no row is named by the id in its key, or Stripe's.
 */
export async function sumMoves(tx: Tx, moves: readonly StripeMove[]): Promise<MoveSums> {
  const rows = await findRows(tx, moves);
  const sums: Sums = new Map();
  const stripeIds = new Map<string, string>();
  for (const { source, amountNano } of moves) {
    const [subject, stripeId] = (source && subjectOf(source, rows)) ?? [];
    if (subject === undefined) continue;
    addTo(sums, subject, amountNano);
    if (stripeId !== undefined) stripeIds.set(subject, stripeId);
  }
  return { sums, stripeIds };
}

type Source = NonNullable<StripeMove['source']>;
type Rows = Awaited<ReturnType<typeof findRows>>;

async function findRows(tx: Tx, moves: readonly StripeMove[]) {
  const named = <T>(valueOf: (source: Source) => T | undefined): T[] => [...new Set(moves.flatMap(({ source }) => (source && valueOf(source)) ?? []))] as T[];
  const intentIds = named(({ intentId }) => intentId);
  const keyed = named(({ key }) => paymentIdOf(key)).filter(isId);
  const payments = await tx.payment.findMany({ where: { OR: [{ intentId: { in: intentIds } }, { id: { in: keyed } }] }, select: { id: true, intentId: true } });
  const refunds = await tx.paymentRefund.findMany({ where: { refundId: { in: named(({ id }) => id) } }, select: { id: true, refundId: true } });
  const byKey = named(({ key }) => payoutOfKey(key));
  const transferIds = named(({ transferId }) => transferId);
  const payouts = await tx.payout.findMany({ where: { OR: [{ transferId: { in: transferIds } }, ...byKey] }, select: { id: true, tenantId: true, period: true, transferId: true } });
  return {
    paymentIds: new Map(payments.flatMap(({ id, intentId }) => [[id, id], ...(intentId === null ? [] : [[intentId, id]])] as [string, string][])),
    refundIds: new Map(refunds.map(({ id, refundId }) => [refundId!, id])),
    payoutIds: new Map(payouts.flatMap((payout) => [[payoutKey(payout), payout.id], ...(payout.transferId === null ? [] : [[payout.transferId, payout.id]])] as [string, string][])),
  };
}

/** What a movement is for, and what Stripe calls it; `undefined` for what is none of ours. */
function subjectOf({ object, id, key, intentId, transferId }: Source, { paymentIds, refundIds, payoutIds }: Rows): readonly [subject: string, stripeId?: string] | undefined {
  const keyedId = paymentIdOf(key);
  const paymentId = paymentIds.get(intentId ?? '') ?? paymentIds.get(keyedId ?? '');
  if (object === 'charge') return paymentId !== undefined ? [`payment ${paymentId}`] : keyedId !== undefined ? [`payment ${keyedId}`, intentId] : undefined;
  if (object === 'refund') return paymentId === undefined ? undefined : [`refund ${refundIds.get(id) ?? idOfAdopted(id)}`, id];
  if (object === 'dispute') return paymentId === undefined ? undefined : [`dispute ${id}`];
  if (transferId === undefined) return undefined;
  const payoutId = payoutIds.get(transferId) ?? payoutIds.get(key ?? '');
  if (payoutId !== undefined) return [`payout ${payoutId}`, transferId];
  return payoutOfKey(key) === undefined ? undefined : [`payout ${transferId}`, transferId];
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
export async function findSubject(tx: Tx, name: string, stripeIds: MoveSums['stripeIds']): Promise<Subject> {
  const [kind, id] = name.split(' ') as [Subject['kind'], string];
  const seenId = stripeIds.get(name) ?? null;
  const subject = (stripeId: string | null, at: ObjectKind, onItsWay = false): Subject => ({
    kind, id, stripeId: stripeId ?? undefined, at: stripeId === null ? undefined : { kind: at, id: stripeId }, onItsWay, isKnown: true,
  });
  const unknown = (at: ObjectKind): Subject => ({ ...subject(seenId, at), isKnown: false });
  switch (kind) {
    case 'payment': {
      const row = isId(id) ? await tx.payment.findUnique({ where: { id } }) : null;
      // Of a page that was paid and not heard of, the intent is not known yet.
      return row ? { ...subject(row.intentId, 'intent'), ...(row.sessionId !== null && { at: { kind: 'session', id: row.sessionId } }) } : unknown('intent');
    }
    case 'refund': {
      const row = await tx.paymentRefund.findUnique({ where: { id } });
      // One that was made in Stripe's dashboard has no row before it was heard of.
      return row ? subject(row.refundId, 'refund', row.state === 'pending' && row.refundId === null) : subject(seenId, 'refund');
    }
    case 'payout': {
      const row = isId(id) ? await tx.payout.findUnique({ where: { id } }) : null;
      return row ? subject(row.transferId ?? seenId, 'transfer', row.state === 'sending' || row.state === 'reversing') : unknown('transfer');
    }
    case 'dispute':
      return subject(id, 'dispute');
  }
}
