import { Inject, Injectable } from '@nestjs/common';
import { Ledger } from '@steelyard/domain-ledger';
import { DOCUMENT_FORMAT, DocumentBuilder, type DocumentFacts, type InvoiceResult, type IssuedDocument } from '@steelyard/invoice';
import { newId } from '@steelyard/kernel';
import { DATABASE, plainArray, type Database, type PoolClient } from '@steelyard/platform-database';
import { BILLING_CLOCK, type BillingClock } from '../clock.js';
import { DocumentNames } from '../documents/document-names.js';
import { postingArrays, postingsOf } from '../documents/postings.js';
import { readPrices } from '../documents/read-rows.js';
import { toCall } from '../documents/usage-columns.js';
import { issueTransaction, writeDocument } from '../documents/write-document.js';
import { billingErrors } from '../errors.js';
import { taxOfMonth, taxOfOrganization } from '../tax/taxes.js';
import { findCorrectable, type CorrectableCall, type CorrectionProblem } from './correctable.js';

export interface CorrectionCommand {
  /** 1 to 1000 calls. */
  readonly eventIds: readonly string[];
  /** What the consumers read on their credit notes. */
  readonly reason: string;
  /** Who takes the charges back. */
  readonly actorId: string;
}

export type CorrectionOutcome =
  | { readonly outcome: 'corrected'; readonly id: string; readonly creditNotes: readonly IssuedDocument<InvoiceResult>[] }
  /** Nothing was taken back. */
  | { readonly outcome: 'refused'; readonly problems: readonly CorrectionProblem[] };

/** What one credit note takes back: calls of one consumer, month and currency. */
interface Note {
  readonly calls: readonly CorrectableCall[];
  readonly builder: DocumentBuilder;
  readonly named: Pick<DocumentFacts, 'organization' | 'names'>;
}

const CALLS_MAX = 1_000;
const REASON_LENGTH_MAX = 500;
/** SQLSTATE of a call that somebody else took back meanwhile. */
const UNIQUE_VIOLATION = '23505';

/** Takes charges back. Usage is never changed: reversing transfers, a row for each call and a credit note for each consumer and month say what it is now. */
@Injectable()
export class CorrectUsage {
  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(DocumentNames) private readonly names: DocumentNames,
    @Inject(Ledger) private readonly ledger: Ledger,
    @Inject(BILLING_CLOCK) private readonly clock: BillingClock,
  ) {}

  /**
   * All of the calls or none of them.
   * @throws AppError `BILLING.EVENTS_INVALID`, `BILLING.REASON_INVALID`
   */
  async run({ eventIds, reason: given, actorId }: CorrectionCommand): Promise<CorrectionOutcome> {
    const reason = given.trim();
    if (eventIds.length < 1 || eventIds.length > CALLS_MAX) throw billingErrors.EVENTS_INVALID({ count: eventIds.length, countMax: CALLS_MAX });
    if (reason === '' || reason.length > REASON_LENGTH_MAX) throw billingErrors.REASON_INVALID({ lengthMax: REASON_LENGTH_MAX });
    const { calls, problems } = await findCorrectable(this.database.pool, eventIds);
    if (problems.length > 0) return { outcome: 'refused', problems };
    const atMs = await this.clock.nowMs();
    const id = newId(atMs);
    const notes: Note[] = [];
    for (const group of groupCalls(calls)) notes.push(await this.#noteOf(group, atMs));
    try {
      const creditNotes = await issueTransaction(this.database.pool, (client) => this.#write(client, notes, { id, reason, actorId, atMs }), reason);
      for (const tenantId of new Set(calls.flatMap((call) => [call.consumer_tenant_id, call.provider_tenant_id]))) this.ledger.announce(tenantId);
      return { outcome: 'corrected', id, creditNotes };
    } catch (error) {
      // Asked again, it is found to be so.
      if ((error as { code?: string }).code === UNIQUE_VIOLATION) return { outcome: 'refused', problems: (await findCorrectable(this.database.pool, eventIds)).problems };
      throw error;
    }
  }

  async #noteOf(calls: readonly CorrectableCall[], atMs: number): Promise<Note> {
    const { consumer_tenant_id: tenantId, period, currency } = calls[0]!;
    const builder = new DocumentBuilder({ format: DOCUMENT_FORMAT, kind: 'credit_note', id: newId(atMs), organizationId: tenantId, period, currency });
    const versions = calls.map((call) => ({ providerId: call.provider_tenant_id, modelId: call.model_id, versionId: call.version_id, priceId: call.price_id }));
    for (const price of await readPrices(this.database.pool, versions)) builder.price(price);
    for (const call of calls) builder.call(toCall(call, 'correction', 'consumer'));
    return { calls, builder, named: await this.names.of('credit_note', tenantId, versions) };
  }

  async #write(client: PoolClient, notes: readonly Note[], { id, reason, actorId, atMs }: { id: string; reason: string; actorId: string; atMs: number }): Promise<IssuedDocument<InvoiceResult>[]> {
    const written: IssuedDocument<InvoiceResult>[] = [];
    for (const { builder, named } of notes) {
      const { header } = builder;
      const invoice = await invoiceOf(client, header);
      const month = { tenantId: header.organizationId, period: header.period, currency: header.currency };
      const tax = (await taxOfMonth(client, month)) ?? (await taxOfOrganization(client, header.organizationId));
      const facts = { ...named, tax, reason, invoice: invoice && { id: invoice.header.id, number: invoice.number } };
      const draft = { header, facts, result: builder.result(tax.basisPoints), correctionId: id };
      written.push((await writeDocument(client, draft, atMs)) as IssuedDocument<InvoiceResult>);
    }
    const postings = postingArrays(written.flatMap(({ header, result }) => postingsOf(header, result)));
    const eventIds = plainArray(notes.flatMap(({ calls }) => calls.map((call) => call.id)));
    const documentIds = plainArray(notes.flatMap(({ calls, builder }) => calls.map(() => builder.header.id)));
    await client.query('SELECT usage_correct($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)', [id, eventIds, documentIds, reason, actorId, ...postings]);
    return written;
  }
}

/** By consumer, month and currency, in the order of their first calls. */
function groupCalls(calls: readonly CorrectableCall[]): CorrectableCall[][] {
  const groups = new Map<string, CorrectableCall[]>();
  for (const call of calls) {
    const key = `${call.consumer_tenant_id} ${call.period} ${call.currency}`;
    groups.set(key, [...(groups.get(key) ?? []), call]);
  }
  return [...groups.values()];
}

/** The invoice that the calls of a credit note are on, if their month was invoiced. */
async function invoiceOf(client: PoolClient, { organizationId, period, currency }: DocumentBuilder['header']): Promise<IssuedDocument<InvoiceResult> | null> {
  const text = `SELECT document FROM billing_document WHERE kind = 'invoice' AND tenant_id = $1 AND period = $2 AND currency = $3`;
  const { rows } = await client.query<{ document: string }>(text, [organizationId, period, currency]);
  return rows[0] ? (JSON.parse(rows[0].document) as IssuedDocument<InvoiceResult>) : null;
}
