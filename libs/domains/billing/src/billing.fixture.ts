import { ModelNames } from '@steelyard/domain-catalog';
import { OrganizationHandles } from '@steelyard/domain-identity';
import { Ledger } from '@steelyard/domain-ledger';
import { flushUsage, type DoneRecord } from '@steelyard/domain-metering';
import { verifyDocument, type DocumentKind, type InvoiceResult, type IssuedDocument, type StatementResult, type Verification } from '@steelyard/invoice';
import { feeOf, newId, rateTerms, type PriceTerms } from '@steelyard/kernel';
import type { Database } from '@steelyard/platform-database';
import { silentLogger } from '@steelyard/platform-observability';
import { CorrectUsage } from './corrections/correct-usage.js';
import { FindCharge } from './corrections/find-charge.js';
import { DocumentNames } from './documents/document-names.js';
import { ExportDocument } from './documents/export-document.js';
import { IssueDocument } from './documents/issue-document.js';
import { IssueDue } from './documents/issue-due.js';
import { ReadDocuments, type StoredDocument } from './documents/read-documents.js';
import { BillingJob } from './periods/billing.job.js';
import { ClosePeriod } from './periods/close-period.js';
import { ReadPeriods } from './periods/read-periods.js';
import { SetTax } from './tax/set-tax.js';

/** A model that is for sale. */
export interface Ware {
  readonly providerId: string;
  readonly modelId: string;
  readonly versionId: string;
  readonly priceId: string;
  readonly terms: PriceTerms;
}

/** Everything of billing on a database, with a clock that goes on a millisecond each time that it is looked at. */
export class Office {
  nowMs = Date.UTC(2026, 10, 15);
  readonly ledger: Ledger;
  readonly closing: ClosePeriod;
  readonly issuing: IssueDue;
  readonly issue: IssueDocument;
  readonly documents: ReadDocuments;
  readonly exporting: ExportDocument;
  readonly correcting: CorrectUsage;
  readonly charges: FindCharge;
  readonly periods: ReadPeriods;
  readonly taxes: SetTax;
  readonly job: BillingJob;

  constructor(readonly database: Database) {
    const clock = { nowMs: async () => (this.nowMs += 1) };
    const handles = new OrganizationHandles(database);
    const models = new ModelNames(database, handles);
    const names = new DocumentNames(database, models);
    this.ledger = new Ledger(database);
    this.closing = new ClosePeriod(database, clock);
    this.issue = new IssueDocument(database, names, this.ledger, clock);
    this.issuing = new IssueDue(database, silentLogger, this.issue);
    this.documents = new ReadDocuments(database);
    this.exporting = new ExportDocument(database, this.documents);
    this.correcting = new CorrectUsage(database, names, this.ledger, clock);
    this.charges = new FindCharge(database, handles, models);
    this.periods = new ReadPeriods(database, clock);
    this.taxes = new SetTax(database, handles);
    this.job = new BillingJob(database, silentLogger, { closeAfterHours: 24 }, clock, this.closing, this.issuing);
  }

  async organization(handle = `org-${newId().slice(-12)}`): Promise<{ id: string; handle: string }> {
    const id = newId();
    await this.database.withPlatform((tx) => tx.organization.create({ data: { id, handle, name: handle.toUpperCase() } }));
    return { id, handle };
  }

  async ware(providerId: string, terms: PriceTerms): Promise<Ware> {
    const [modelId, versionId, priceId] = [newId(), newId(), newId()];
    const { currency, components, free } = terms;
    const texts = components.map(({ unit, amountNano, per }) => ({ unit, amountNano: amountNano.toString(), per: per.toString() }));
    await this.database.withPlatform(async (tx) => {
      await tx.model.create({ data: { tenantId: providerId, id: modelId, name: `model-${modelId.slice(-6)}`, task: 'custom', visibility: 'public' } });
      await tx.modelVersion.create({ data: { tenantId: providerId, id: versionId, modelId, version: '1.0.0', digest: 'd', manifest: {}, files: [], card: '', samples: [], state: 'ready' } });
      await tx.price.create({ data: { tenantId: providerId, id: priceId, versionId, currency, components: texts, ...(free && { free: { unit: free.unit, quantity: free.quantity.toString() } }) } });
    });
    return { providerId, modelId, versionId, priceId, terms };
  }

  /** A call, as metering would write it. */
  record(consumerId: string, { terms, ...ware }: Ware, { quantities = [], at = this.nowMs, free = false, failed = false, tag = '' }: CallOptions = {}): DoneRecord {
    const used = terms.components.map(({ unit }, index) => ({ unit, quantity: failed ? 0n : (quantities[index] ?? 1n) }));
    const rated = rateTerms(Object.fromEntries(used.map(({ unit, quantity }) => [unit, quantity])), terms);
    const amountNano = free || failed ? 0n : rated.amountNano;
    return {
      eventId: newId(at), consumerTenantId: consumerId, providerTenantId: ware.providerId, keyId: 'key', modelId: ware.modelId, versionId: ware.versionId,
      priceId: ware.priceId, status: failed ? 'failed' : 'succeeded', unit: used[0]!.unit, quantity: used[0]!.quantity, amountNano, feeNano: feeOf(amountNano, 1_500),
      currency: terms.currency, freeQuantity: free ? used[0]!.quantity : 0n, tag, queueMicros: 1, computeMicros: 1, totalMicros: 1, occurredAtMs: at,
      ...(used.length > 1 && { lines: rated.lines.map((line) => (amountNano === 0n ? { ...line, quantity: failed ? 0n : line.quantity, amountNano: 0n } : line)) }),
    };
  }

  /** Makes calls and writes them; gives their ids. */
  async call(consumerId: string, ware: Ware, ...calls: readonly CallOptions[]): Promise<string[]> {
    const records = calls.map((call) => this.record(consumerId, ware, call));
    await flushUsage(this.database.pool, records);
    return records.map(({ eventId }) => eventId);
  }

  async credit(tenantId: string, amountNano: bigint): Promise<void> {
    await this.ledger.credit({ tenantId, amountNano, currency: 'usd', reason: 'test', transferId: newId() });
  }

  /** Closes a month, the day after, and issues everything. */
  async close(period: number): Promise<void> {
    this.nowMs = Math.max(this.nowMs, Date.UTC(Math.floor(period / 100), period % 100, 2));
    await this.closing.run(period, 'operator');
    await this.issuing.run();
  }

  async all(tenantId: string, kind: DocumentKind): Promise<StoredDocument[]> {
    return this.documents.page(tenantId, { kinds: [kind], limit: 100 });
  }

  async invoices(tenantId: string): Promise<IssuedDocument<InvoiceResult>[]> {
    return (await this.all(tenantId, 'invoice')).map(({ document }) => document as IssuedDocument<InvoiceResult>);
  }

  async statements(tenantId: string): Promise<IssuedDocument<StatementResult>[]> {
    return (await this.all(tenantId, 'statement')).map(({ document }) => document as IssuedDocument<StatementResult>);
  }

  async file(tenantId: string, id: string): Promise<string> {
    let text = '';
    for await (const part of (await this.exporting.run(tenantId, id)).parts) text += part;
    return text;
  }

  async verify(tenantId: string, id: string): Promise<Verification> {
    return verifyDocument([await this.file(tenantId, id)]);
  }

  async balanced(): Promise<boolean> {
    return (await this.ledger.trialBalance()).every(({ balanced }) => balanced);
  }
}

export interface CallOptions {
  /** In parts of each component's unit; 1 where nothing is said. */
  readonly quantities?: readonly bigint[];
  readonly at?: number;
  readonly free?: boolean;
  readonly failed?: boolean;
  readonly tag?: string;
}

export const PER_REQUEST: PriceTerms = { currency: 'usd', components: [{ unit: 'request', amountNano: 3_333_333n, per: 1n }], free: { unit: 'request', quantity: 10n } };
export const PER_TOKEN: PriceTerms = {
  currency: 'usd',
  components: [
    { unit: 'input_token', amountNano: 150_000_000n, per: 1_000_000n },
    { unit: 'output_token', amountNano: 600_000_000n, per: 1_000_000n },
  ],
};
