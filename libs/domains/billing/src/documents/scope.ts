import type { DocumentKind } from '@steelyard/invoice';

/** What a document is about: whose, and which calls are in it. */
export interface DocumentScope {
  readonly kind: DocumentKind;
  /** The consumer of an invoice or credit note, the provider of a statement. */
  readonly tenantId: string;
  /** yyyymm */
  readonly period: number;
  readonly currency: string;
  /** Of a credit note, whose calls are those that were taken back by it. */
  readonly documentId?: string | undefined;
}
