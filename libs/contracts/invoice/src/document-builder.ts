import { sha256Hex } from '@steelyard/kernel/sha256';
import { canonicalJson } from '@steelyard/kernel/canonical-json';
import type { DocumentFacts, DocumentHeader, InvoiceResult, IssuedDocument, StatementResult } from './document.js';
import { HashChain } from './hash-chain.js';
import { callProblem } from './rate-call.js';
import { callLine, priceLine, type CallRow, type PriceRow } from './rows.js';
import { InvoiceTally, ROW_TYPES, StatementTally } from './tally.js';

/** A row does not fit into the document or does not follow from its price. Its message goes on after the row: "its amount is ...". */
export class RowProblem extends Error {
  constructor(
    readonly rowId: string,
    message: string,
  ) {
    super(message);
    this.name = 'RowProblem';
  }
}

/**
 * Computes a document out of its rows, one after the other, and keeps none of them: whoever issues a document and whoever verifies one do the
 * same. Prices come first, by id; then usage by id; then corrections by id.
 */
export class DocumentBuilder {
  readonly #chain: HashChain;
  readonly #prices = new Map<string, PriceRow>();
  readonly #tally: InvoiceTally | StatementTally;
  #last = '';
  #rows = 0;

  constructor(readonly header: DocumentHeader) {
    this.#chain = new HashChain(header);
    this.#tally = header.kind === 'statement' ? new StatementTally() : new InvoiceTally();
  }

  get prices(): number {
    return this.#prices.size;
  }

  get rows(): number {
    return this.#rows;
  }

  /**
   * Takes a price and gives its line.
   * @throws RowProblem
   */
  price(row: PriceRow, line = priceLine(row)): string {
    this.#inOrder(row.id, `1 ${row.id}`);
    this.#prices.set(row.id, row);
    this.#chain.add(line);
    return line;
  }

  /**
   * Takes a call, rates it again, and gives its line.
   * @throws RowProblem
   */
  call(row: CallRow, line = callLine(row)): string {
    const { id, type } = row;
    const { kind, currency } = this.header;
    this.#inOrder(id, `${type === 'usage' ? 2 : 3} ${id}`);
    const price = this.#prices.get(row.priceId);
    if (!price) throw new RowProblem(id, `its price ${row.priceId} is not there`);
    if (!ROW_TYPES[kind].includes(type)) throw new RowProblem(id, `its type is ${type}, which is not of this document`);
    if (row.currency !== currency) throw new RowProblem(id, `it is in ${row.currency} and the document in ${currency}`);
    if ((row.feeNano !== undefined) !== (kind === 'statement')) throw new RowProblem(id, 'fees are in the files of providers, and in no others');
    const problem = callProblem(row, price.terms);
    if (problem) throw new RowProblem(id, problem);
    this.#tally.add(row);
    this.#chain.add(line);
    this.#rows += 1;
    return line;
  }

  /** @param basisPoints of the tax; of no meaning to a statement */
  result(basisPoints: number): InvoiceResult | StatementResult {
    return { ...this.#tally.result(basisPoints), rows: this.#rows, chainHash: this.#chain.hash };
  }

  #inOrder(id: string, place: string): void {
    if (place <= this.#last) throw new RowProblem(id, 'it is there twice or out of order');
    this.#last = place;
  }
}

/** Completes a document by its hash. */
export function sealDocument(header: DocumentHeader, facts: DocumentFacts, result: InvoiceResult | StatementResult): IssuedDocument {
  const unsealed = { ...facts, type: 'document' as const, header, result };
  return { ...unsealed, hash: documentHash(unsealed) };
}

/** The hash that a document ought to have. */
export function documentHash({ hash: _hash, ...rest }: Omit<IssuedDocument, 'hash'> & { hash?: string }): string {
  return sha256Hex(canonicalJson(rest));
}
