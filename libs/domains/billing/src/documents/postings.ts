import type { DocumentHeader, InvoiceResult } from '@steelyard/invoice';
import { NANO_PER_CENT } from '@steelyard/invoice';
import { PLATFORM_ORGANIZATION_ID } from '@steelyard/kernel';
import { plainArray } from '@steelyard/platform-database';

/** Money that moves with a document, always to or from the consumer's wallet. */
interface Posting {
  readonly kind: string;
  readonly tenantId: string;
  readonly account: 'rounding' | 'tax';
  /** Above 0 the wallet pays, below it is paid. */
  readonly fromWalletNano: bigint;
  readonly currency: string;
}

/**
 * What makes a wallet pay, or get back, whole cents and the tax on them. The calls themselves were paid as they were made, and are given back by
 * the correction.
 */
export function postingsOf({ kind, organizationId: tenantId, currency }: Pick<DocumentHeader, 'kind' | 'organizationId' | 'currency'>, { residueNano, taxCents }: Pick<InvoiceResult, 'residueNano' | 'taxCents'>): Posting[] {
  const sign = kind === 'credit_note' ? -1n : 1n;
  return [
    { kind: `${kind}_rounding`, tenantId, account: 'rounding', fromWalletNano: sign * BigInt(residueNano), currency },
    { kind: `${kind}_tax`, tenantId, account: 'tax', fromWalletNano: sign * BigInt(taxCents) * NANO_PER_CENT, currency },
  ];
}

/** As `billing_post` and `usage_correct` take them: kinds, debit tenants and accounts, credit tenants and accounts, amounts, currencies. */
export function postingArrays(postings: readonly Posting[]): string[] {
  const isPaid = ({ fromWalletNano }: Posting): boolean => fromWalletNano > 0n;
  const sides = (debit: boolean) => [
    plainArray(postings.map((item) => (isPaid(item) === debit ? item.tenantId : PLATFORM_ORGANIZATION_ID))),
    plainArray(postings.map((item) => (isPaid(item) === debit ? 'consumer_wallet' : item.account))),
  ];
  return [
    plainArray(postings.map(({ kind }) => kind)),
    ...sides(true),
    ...sides(false),
    plainArray(postings.map(({ fromWalletNano }) => (fromWalletNano < 0n ? -fromWalletNano : fromWalletNano))),
    plainArray(postings.map(({ currency }) => currency)),
  ];
}
