/** What a document is about. `credit_note` takes back what was charged; `statement` tells a provider what it earned. */
export const DOCUMENT_KINDS = ['invoice', 'credit_note', 'statement'] as const;

export type DocumentKind = (typeof DOCUMENT_KINDS)[number];

export const DOCUMENT_FORMAT = 'steelyard-document/1';

/** What is known before the first row is read; its hash is where the chain of hashes begins. */
export interface DocumentHeader {
  readonly format: typeof DOCUMENT_FORMAT;
  readonly kind: DocumentKind;
  /** A UUID. */
  readonly id: string;
  /** Whose document it is: the consumer of an invoice, the provider of a statement. */
  readonly organizationId: string;
  /** yyyymm, UTC. */
  readonly period: number;
  readonly currency: string;
}

/** Amounts are texts of whole numbers: `...Nano` of nano-units (1e-9), `...Cents` of cents. */
export interface InvoiceLine {
  readonly modelId: string;
  readonly versionId: string;
  readonly priceId: string;
  readonly unit: string;
  /** Counted with the first unit of a price only, as are `failed` and `free`, which are among them. */
  readonly calls: number;
  readonly failed: number;
  readonly free: number;
  /** In parts of the unit: microseconds of a second, bytes of a megabyte. */
  readonly quantity: string;
  readonly amountNano: string;
  /** Off from `amountNano` by less than a cent; the lines' cents add up to those of the document. */
  readonly amountCents: string;
}

/** What follows from the rows of an invoice or a credit note. Of a credit note all amounts are given back. */
export interface InvoiceResult {
  readonly rows: number;
  readonly lines: readonly InvoiceLine[];
  readonly amountNano: string;
  /** `amountNano` in cents, half-even. */
  readonly amountCents: string;
  /** What the rounding to cents adds: `amountCents` x 10^7 - `amountNano`. */
  readonly residueNano: string;
  readonly taxCents: string;
  readonly totalCents: string;
  /** The last hash of the chain over every line of the file after the first. */
  readonly chainHash: string;
}

export interface StatementLine {
  readonly modelId: string;
  readonly calls: number;
  readonly failed: number;
  readonly free: number;
  /** Calls that were taken back. */
  readonly corrected: number;
  readonly grossNano: string;
  readonly feeNano: string;
  /** Of what was taken back: its gross, and the fee within it. */
  readonly correctedNano: string;
  readonly correctedFeeNano: string;
  /** Gross less fee, less what was taken back of the two. */
  readonly netNano: string;
}

export type StatementSums = Omit<StatementLine, 'modelId' | 'calls' | 'failed' | 'free' | 'corrected'>;

export interface StatementResult extends StatementSums {
  readonly rows: number;
  readonly lines: readonly StatementLine[];
  readonly chainHash: string;
}

/** `basisPoints`: hundredths of a percent of the amount in cents. `id` is what the tax office knows the organization by. */
export interface DocumentTax {
  readonly basisPoints: number;
  readonly label: string;
  readonly id: string;
}

/** What was known when the document was issued. */
export interface DocumentFacts {
  readonly number: string;
  /** The how many-th of its kind for this organization, from 1. */
  readonly place: number;
  /** RFC 3339, UTC. */
  readonly issuedAt: string;
  /** The hash of the document of the same kind that this organization was given before; null for the first. */
  readonly previousHash: string | null;
  readonly organization: { readonly handle: string; readonly name: string };
  /** owner/name@version by version id, and of a statement owner/name by model id, as far as the organization may see them. */
  readonly names: Readonly<Record<string, string>>;
  /** Of invoices and credit notes. */
  readonly tax: DocumentTax | null;
  /** Of a credit note: why, and the invoice that it takes back of, if there is one. */
  readonly reason: string | null;
  readonly invoice: { readonly id: string; readonly number: string } | null;
}

export interface IssuedDocument<R extends InvoiceResult | StatementResult = InvoiceResult | StatementResult> extends DocumentFacts {
  readonly type: 'document';
  readonly header: DocumentHeader;
  readonly result: R;
  /** sha256 of the canonical JSON of all the rest. */
  readonly hash: string;
}
