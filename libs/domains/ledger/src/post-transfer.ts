import type { Tx } from '@steelyard/platform-database';
import { ledgerErrors } from './errors.js';

/** An account by what it is for; made when it is first needed. */
export interface AccountName {
  readonly tenantId: string;
  readonly kind: 'consumer_wallet' | 'provider_payable' | 'stripe_clearing' | 'operator_credit';
}

/** Money that goes from one account to another. */
export interface Transfer {
  /** A UUID; a transfer is made once, however often it is posted. */
  readonly id: string;
  readonly kind: string;
  readonly debit: AccountName;
  readonly credit: AccountName;
  readonly amountNano: bigint;
  readonly currency: string;
  readonly reason: string;
}

/**
 * Posts a transfer within a transaction of the platform. Rows of the caller's own are locked before, never after: accounts come last.
 * With `covered` it is posted only if what is debited has the amount, after all that is held on it.
 * @returns whether the transfer is there; `false` only with `covered`
 * @throws AppError `LEDGER.TRANSFER_CONFLICT` where its id was used for another
 */
export async function postTransfer(tx: Tx, transfer: Transfer, { covered = false } = {}): Promise<boolean> {
  const { id, kind, debit, credit, amountNano, currency, reason } = transfer;
  const rows = covered
    ? await tx.$queryRaw<Row[]>`SELECT ledger_post_covered(${id}::uuid, ${kind}, ${debit.tenantId}::uuid, ${debit.kind}, ${credit.tenantId}::uuid, ${credit.kind},
        ${amountNano}::bigint, ${currency}, ${reason}) AS posted`
    : await tx.$queryRaw<Row[]>`SELECT ledger_post(${id}::uuid, ${kind}, ${debit.tenantId}::uuid, ${debit.kind}, ${credit.tenantId}::uuid, ${credit.kind},
        ${amountNano}::bigint, ${currency}, ${reason}) AS posted`;
  const { posted } = rows[0]!;
  if (posted === 'conflict') throw ledgerErrors.TRANSFER_CONFLICT({ id });
  return posted !== 'insufficient';
}

/** Whether there is a transfer of this id. */
export async function isPosted(tx: Tx, id: string): Promise<boolean> {
  const rows = await tx.$queryRaw<unknown[]>`SELECT FROM ledger_transfer WHERE id = ${id}::uuid`;
  return rows.length > 0;
}

interface Row {
  readonly posted: 'posted' | 'duplicate' | 'conflict' | 'insufficient';
}
