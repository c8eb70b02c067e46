import { bestOf, type Figure, figureOf, type Measure, type MeasureName, type ModelReport, type Scorer } from '@steelyard/client/evaluation';
import { formatNano } from '@steelyard/kernel';
import { alignColumns } from '../terminal/table.js';

const NAMES: Readonly<Record<MeasureName, string>> = {
  accuracy: 'accuracy',
  macroF1: 'macro F1',
  f1: 'F1',
  recall: 'recall',
  characterErrorRate: 'character error rate',
  exactMatch: 'exact match',
  mae: 'mean absolute error',
  mase: 'scaled error (MASE)',
};
const SHARES: ReadonlySet<MeasureName> = new Set(['accuracy', 'macroF1', 'f1', 'recall', 'characterErrorRate', 'exactMatch']);

/** Models beside each other, a figure a line; a star where one is better than others. */
export function comparisonTable(models: readonly ModelReport[], { measures }: Scorer, lines: number): string {
  const shown: (Measure & { text: (value: number) => string })[] = measures.map((measure) => ({ ...measure, text: SHARES.has(measure.name) ? percent : plain }));
  const row = (name: string, figure: Figure, better: Measure['better'], text: (value: number) => string): string[] => {
    const best = bestOf(models, figure, better);
    const cells = models.map((model) => {
      const value = figureOf(model, figure);
      return value === undefined ? '-' : `${text(value)}${best.includes(model.ref) ? ' *' : ''}`;
    });
    return [name, ...cells];
  };
  const money = (nano: number): string => `${formatNano(BigInt(nano))} ${models.find(({ currency }) => currency)?.currency ?? ''}`;
  const rows = [
    ...shown.filter(({ name }) => models.some(({ measures: known }) => known[name] !== undefined)).map(({ name, better, text }) => row(NAMES[name], name, better, text)),
    row('latency, median', 'p50', 'lower', milliseconds),
    row('latency, 95th', 'p95', 'lower', milliseconds),
    row('cost of 1,000 calls', 'costPerThousand', 'lower', money),
    ['cost in all', ...models.map(({ costNano, currency }) => `${formatNano(costNano)} ${currency ?? ''}`.trim())],
    ['lines measured', ...models.map(({ scored }) => `${scored} of ${lines}`)],
    ...failureRows(models),
  ];
  const isMarked = rows.some((cells) => cells.some((cell) => cell.endsWith(' *')));
  return [alignColumns([['', ...models.map(({ ref }) => ref)], ...rows]).replace(/ +$/gm, ''), ...(isMarked ? ['', '* the best of them. Failures are not part of the measures.'] : [])].join('\n');
}

function failureRows(models: readonly ModelReport[]): string[][] {
  const codes = [...new Set(models.flatMap(({ failures }) => Object.keys(failures)))].sort();
  return codes.map((code) => [`failed: ${code}`, ...models.map(({ failures }) => String(failures[code] ?? 0))]);
}

function percent(value: number): string {
  return `${(value * 100).toFixed(1)}%`;
}

function plain(value: number): string {
  return value === 0 || Math.abs(value) >= 0.001 ? String(Number(value.toPrecision(4))) : value.toExponential(2);
}

function milliseconds(value: number): string {
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
}
