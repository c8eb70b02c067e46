import type { DocumentKind, InvoiceLine, InvoiceResult, StatementLine, StatementResult, StatementSums } from './document.js';
import { NANO_PER_CENT, taxOf, toCents } from './cents.js';
import { linesOf } from './rate-call.js';
import type { CallRow } from './rows.js';

type Counts = Record<'calls' | 'failed' | 'free', number>;

interface InvoiceSum extends Counts, Pick<InvoiceLine, 'modelId' | 'versionId' | 'priceId' | 'unit'> {
  quantity: bigint;
  amountNano: bigint;
}

/** Adds calls up by model, version, price and unit. */
export class InvoiceTally {
  readonly #lines = new Map<string, InvoiceSum>();

  add(row: CallRow): void {
    const { modelId, versionId, priceId } = row;
    linesOf(row).forEach(({ unit, quantity, amountNano }, index) => {
      const key = `${modelId} ${versionId} ${priceId} ${unit}`;
      let line = this.#lines.get(key);
      if (!line) this.#lines.set(key, (line = { modelId, versionId, priceId, unit, calls: 0, failed: 0, free: 0, quantity: 0n, amountNano: 0n }));
      if (index === 0) count(line, row);
      line.quantity += quantity;
      line.amountNano += amountNano;
    });
  }

  /** Without rows and chain. */
  result(basisPoints: number): Omit<InvoiceResult, 'rows' | 'chainHash'> {
    const sums = inOrder(this.#lines);
    const amountNano = sums.reduce((sum, line) => sum + line.amountNano, 0n);
    const { cents, parts } = toCents(sums.map((line) => line.amountNano));
    const taxCents = taxOf(cents, basisPoints);
    return {
      lines: sums.map((line, index) => ({ ...line, quantity: line.quantity.toString(), amountNano: line.amountNano.toString(), amountCents: parts[index]!.toString() })),
      amountNano: amountNano.toString(),
      amountCents: cents.toString(),
      residueNano: (cents * NANO_PER_CENT - amountNano).toString(),
      taxCents: taxCents.toString(),
      totalCents: (cents + taxCents).toString(),
    };
  }
}

interface StatementSum extends Counts {
  readonly modelId: string;
  corrected: number;
  grossNano: bigint;
  feeNano: bigint;
  correctedNano: bigint;
  correctedFeeNano: bigint;
}

/** Adds up by model what a provider earned. */
export class StatementTally {
  readonly #lines = new Map<string, StatementSum>();

  add(row: CallRow): void {
    const { modelId, type, amountNano, feeNano = 0n } = row;
    let line = this.#lines.get(modelId);
    if (!line) this.#lines.set(modelId, (line = { modelId, calls: 0, failed: 0, free: 0, corrected: 0, grossNano: 0n, feeNano: 0n, correctedNano: 0n, correctedFeeNano: 0n }));
    if (type === 'usage') {
      count(line, row);
      line.grossNano += amountNano;
      line.feeNano += feeNano;
    } else {
      line.corrected += 1;
      line.correctedNano += amountNano;
      line.correctedFeeNano += feeNano;
    }
  }

  result(): Omit<StatementResult, 'rows' | 'chainHash'> {
    const lines = inOrder(this.#lines);
    const sumOf = (name: 'grossNano' | 'feeNano' | 'correctedNano' | 'correctedFeeNano') => lines.reduce((sum, line) => sum + line[name], 0n);
    const total = { grossNano: sumOf('grossNano'), feeNano: sumOf('feeNano'), correctedNano: sumOf('correctedNano'), correctedFeeNano: sumOf('correctedFeeNano') };
    const texts = ({ modelId, calls, failed, free, corrected, ...sums }: StatementSum): StatementLine => ({ modelId, calls, failed, free, corrected, ...sumTexts(sums) });
    return { lines: lines.map(texts), ...sumTexts(total) };
  }
}

function sumTexts({ grossNano, feeNano, correctedNano, correctedFeeNano }: Omit<Record<keyof StatementSums, bigint>, 'netNano'>): StatementSums {
  const netNano = grossNano - feeNano - (correctedNano - correctedFeeNano);
  return {
    grossNano: grossNano.toString(),
    feeNano: feeNano.toString(),
    correctedNano: correctedNano.toString(),
    correctedFeeNano: correctedFeeNano.toString(),
    netNano: netNano.toString(),
  };
}

function count(line: Counts, { status, freeQuantity }: CallRow): void {
  line.calls += 1;
  if (status === 'failed') line.failed += 1;
  if (freeQuantity > 0n) line.free += 1;
}

function inOrder<T>(lines: ReadonlyMap<string, T>): T[] {
  return [...lines].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, line]) => line);
}

/** Which rows a document of a kind has. */
export const ROW_TYPES: Readonly<Record<DocumentKind, readonly CallRow['type'][]>> = { invoice: ['usage'], credit_note: ['correction'], statement: ['usage', 'correction'] };
