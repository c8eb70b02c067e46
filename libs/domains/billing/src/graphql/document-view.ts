import { NANO_PER_CENT, type InvoiceResult, type IssuedDocument, type StatementResult } from '@steelyard/invoice';
import { formatNano } from '@steelyard/kernel';
import type { StoredDocument } from '../documents/read-documents.js';
import type { Invoice, InvoiceKind, Statement } from './documents.graphql-types.js';

/** An invoice or a credit note as the API shows it. */
export function toInvoice({ document, paid }: Pick<StoredDocument, 'document' | 'paid'>): Invoice {
  const { header, names, tax, reason, invoice } = document;
  const result = document.result as InvoiceResult;
  return {
    ...viewOf(document),
    kind: header.kind as InvoiceKind,
    paid,
    lines: result.lines.map(({ amountCents, ...line }) => ({ ...line, name: names[line.versionId] ?? null, amount: decimal(amountCents) })),
    amountNano: result.amountNano,
    residueNano: result.residueNano,
    amount: decimal(result.amountCents),
    taxAmount: decimal(result.taxCents),
    total: decimal(result.totalCents),
    tax: tax!,
    reason,
    invoice,
  };
}

export function toStatement({ document }: Pick<StoredDocument, 'document'>): Statement {
  const { lines, rows: _rows, chainHash: _chainHash, ...sums } = document.result as StatementResult;
  return { ...viewOf(document), ...sums, net: formatNano(BigInt(sums.netNano)), lines: lines.map((line) => ({ ...line, name: document.names[line.modelId] ?? null })) };
}

function viewOf({ header: { id, period, currency }, number, issuedAt, hash, previousHash, result }: IssuedDocument) {
  return { id, number, period, currency, issuedAt: new Date(issuedAt), hash, previousHash, chainHash: result.chainHash, file: `/v1/documents/${id}` };
}

function decimal(cents: string): string {
  return formatNano(BigInt(cents) * NANO_PER_CENT);
}
