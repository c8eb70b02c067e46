import { formatNano } from '@steelyard/kernel';
import type { VersionName } from '@steelyard/domain-catalog';
import type { Side, UsageRow } from '@steelyard/domain-metering';

/** What a page of calls is called. */
export interface RowNames {
  readonly versions: ReadonlyMap<string, VersionName>;
  readonly keys: ReadonlyMap<string, string>;
}

type Cell = string | number | null;
/** What stands in a cell of text, and what in a value of JSON where that says more. */
type Column = readonly [name: string, read: (row: UsageRow, names: RowNames) => Cell, readJson?: (row: UsageRow) => unknown];

const COLUMNS: readonly Column[] = [
  ['id', ({ id }) => id],
  ['occurred_at', ({ occurredAt }) => occurredAt.toISOString()],
  ['model', ({ versionId }, { versions }) => versions.get(versionId)?.modelRef ?? null],
  ['version', ({ versionId }, { versions }) => versions.get(versionId)?.version ?? null],
  ['model_id', ({ modelId }) => modelId],
  ['version_id', ({ versionId }) => versionId],
  ['status', ({ status }) => status],
  ['error_code', ({ errorCode }) => errorCode],
  ['quantity', ({ quantity }) => quantity.toString()],
  ['unit', ({ unit }) => unit],
  ['amount', ({ amountNano }) => formatNano(amountNano)],
  ['amount_nano', ({ amountNano }) => amountNano.toString()],
  ['fee', ({ feeNano }) => formatNano(feeNano)],
  ['fee_nano', ({ feeNano }) => feeNano.toString()],
  ['currency', ({ currency }) => currency],
  ['lines', ({ lines }) => lines.map(({ unit, quantity, amountNano }) => `${unit}:${quantity}:${amountNano}`).join(' '), ({ lines }) => lines.map(lineOf)],
  ['free_quantity', ({ freeQuantity }) => freeQuantity.toString()],
  ['period', ({ period }) => period],
  ['price_id', ({ priceId }) => priceId],
  ['queue_ms', ({ queueMicros }) => queueMicros / 1_000],
  ['compute_ms', ({ computeMicros }) => computeMicros / 1_000],
  ['total_ms', ({ totalMicros }) => totalMicros / 1_000],
];

function lineOf({ unit, quantity, amountNano }: UsageRow['lines'][number]): object {
  return { unit, quantity: quantity.toString(), amount: formatNano(amountNano), amount_nano: amountNano.toString() };
}

/** A provider is told neither whose key it was nor the tag. */
const CONSUMER_COLUMNS: readonly Column[] = [
  ...COLUMNS,
  ['tag', ({ tag }) => tag],
  ['key_id', ({ keyId }) => keyId],
  ['key_name', ({ keyId }, { keys }) => (keyId !== null && keys.get(keyId)) || null],
];

/** How a table of calls is written as text, part by part. */
export interface TableFormat {
  readonly contentType: string;
  readonly head: (side: Side) => string;
  readonly rows: (side: Side, rows: readonly UsageRow[], names: RowNames) => string;
}

const columnsOf = (side: Side) => (side === 'consumer' ? CONSUMER_COLUMNS : COLUMNS);

export const TABLE_FORMATS: Readonly<Record<'csv' | 'jsonl', TableFormat>> = {
  csv: {
    contentType: 'text/csv; charset=utf-8; header=present',
    head: (side) => csvLine(columnsOf(side).map(([name]) => name)),
    rows: (side, rows, names) => rows.map((row) => csvLine(columnsOf(side).map(([, read]) => read(row, names)))).join(''),
  },
  jsonl: {
    contentType: 'application/jsonl; charset=utf-8',
    head: () => '',
    rows: (side, rows, names) => rows.map((row) => `${JSON.stringify(Object.fromEntries(columnsOf(side).map(([name, read, readJson]) => [name, readJson ? readJson(row) : read(row, names)])))}\n`).join(''),
  },
};

/** One line of RFC 4180. */
export function csvLine(cells: readonly Cell[]): string {
  return `${cells.map(csvCell).join()}\r\n`;
}

/** Spreadsheets run what begins like a formula, whoever wrote it; the apostrophe makes it text. */
const FORMULA = /^[=+\-@\t\r]/;

function csvCell(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  const text = FORMULA.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
