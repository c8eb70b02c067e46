import type { Evaluation, Measure, ModelReport } from '@steelyard/client/evaluation';

export interface ReportFacts {
  readonly task: string;
  readonly data: string;
  readonly lines: number;
  readonly measures: readonly Measure[];
  readonly evaluation: Evaluation;
}

/** All that is known, for programs: what `steelyard evaluate --json` gives, and the name of the data. */
export function reportJson({ task, data, lines, measures, evaluation }: ReportFacts): string {
  const { models, stoppedBy } = evaluation;
  const report = { task, data, lines, measures, models, ...(stoppedBy && { error: { code: stoppedBy.code, message: stoppedBy.message } }) };
  return JSON.stringify(report, (_key, value: unknown) => (typeof value === 'bigint' ? value.toString() : value), 2);
}

/** A model a line, for spreadsheets: numbers as they are, money in units of the currency. */
export function reportCsv({ lines, measures, evaluation }: ReportFacts): string {
  const headings = ['model', 'versions', ...measures.map(({ name }) => name), 'p50_ms', 'p95_ms', 'cost_per_1000', 'cost', 'currency', 'lines', 'scored', 'failed', 'failures'];
  const rows = evaluation.models.map((model) => [
    model.ref,
    model.versions.join(' '),
    ...measures.map(({ name }) => numberText(model.measures[name])),
    numberText(model.latencyMs.p50),
    numberText(model.latencyMs.p95),
    model.costPerThousandNano === undefined ? '' : unitsText(model.costPerThousandNano),
    unitsText(model.costNano),
    model.currency ?? '',
    String(lines),
    String(model.scored),
    String(failedIn(model)),
    Object.entries(model.failures).map(([code, count]) => `${code} ${count}`).join('; '),
  ]);
  return [headings, ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}

export function failedIn({ failures }: ModelReport): number {
  return Object.values(failures).reduce((sum, count) => sum + count, 0);
}

/** Nano-units as a decimal number of the currency unit, exact at any size. */
function unitsText(nano: bigint): string {
  const digits = nano.toString().padStart(10, '0');
  return `${digits.slice(0, -9)}.${digits.slice(-9)}`.replace(/0{1,7}$/, '');
}

function numberText(value: number | undefined): string {
  return value === undefined ? '' : String(value);
}

/** RFC 4180; a text that a spreadsheet would take for a formula is shown as text. */
function cell(text: string): string {
  const safe = /^[=+@\t]|^-(?!\d)/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
