import { Inject, Injectable } from '@nestjs/common';
import { callLine, DOCUMENT_KINDS, priceLine } from '@steelyard/invoice';
import { canonicalJson } from '@steelyard/kernel';
import { DATABASE, type Database } from '@steelyard/platform-database';
import { ReadDocuments } from './read-documents.js';
import { callPages, pricedVersions, readPrices } from './read-rows.js';

/** A document as the file that anybody can compute it again from. */
@Injectable()
export class ExportDocument {
  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(ReadDocuments) private readonly documents: ReadDocuments,
  ) {}

  /**
   * The document of an id or number as a file: its name, and its parts as they are taken: however long it is, it takes no more memory than a page of calls.
   * @throws AppError `BILLING.DOCUMENT_NOT_FOUND`
   */
  async run(tenantId: string, id: string): Promise<{ name: string; parts: AsyncGenerator<string, void> }> {
    const { document } = await this.documents.one(tenantId, id, DOCUMENT_KINDS);
    const { kind, period, currency, id: documentId } = document.header;
    return { name: `${document.number}.jsonl`, parts: this.#parts(canonicalJson(document), { kind, tenantId, period, currency, documentId }) };
  }

  async *#parts(first: string, scope: Parameters<typeof pricedVersions>[1]): AsyncGenerator<string, void> {
    const { pool } = this.database;
    const prices = await readPrices(pool, await pricedVersions(pool, scope));
    yield linesOf([first, ...prices.map((price) => priceLine(price))]);
    for await (const page of callPages(pool, scope)) yield linesOf(page.map((call) => callLine(call)));
  }
}

function linesOf(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}
