import type { LineOutcome } from './line-outcome.js';
import { percentile } from './measures/numbers.js';
import type { Comparable, MeasureName, MeasureValues, Scorer } from './scorer.js';

/** How one model did on the lines. */
export interface ModelReport {
  /** As it was asked for. */
  readonly ref: string;
  /** The versions that ran, usually one. */
  readonly versions: readonly string[];
  /** Lines with an answer that was measured. */
  readonly scored: number;
  /** How often calls failed, by code. */
  readonly failures: Readonly<Record<string, number>>;
  readonly measures: MeasureValues;
  /** Of all answers but the first, for which the model may have been loaded. */
  readonly latencyMs: { readonly p50: number | undefined; readonly p95: number | undefined };
  /** Of all calls, in nano-units of the currency. */
  readonly costNano: bigint;
  /** What a thousand answered calls cost at this rate; undefined where none was answered. */
  readonly costPerThousandNano: bigint | undefined;
  readonly currency: string | undefined;
}

/** A call was answered and charged, and there was nothing in the answer to compare. */
export const ANSWER_UNFIT = 'EVALUATION.ANSWER_UNFIT';

export function reportOf(ref: string, outcomes: readonly LineOutcome[], scorer: Scorer): ModelReport {
  const failures: Record<string, number> = {};
  const count = (code: string): void => void (failures[code] = (failures[code] ?? 0) + 1);
  const compared: Comparable[] = [];
  for (const outcome of outcomes) {
    if (!outcome.ok) {
      count(outcome.code);
      continue;
    }
    const expected = scorer.readExpected(outcome.line.expected);
    const answer = scorer.readAnswer(outcome.answer.output, expected);
    if (expected === undefined || answer === undefined) count(ANSWER_UNFIT);
    else compared.push({ input: outcome.line.input, expected, answer });
  }
  const answers = outcomes.flatMap((outcome) => (outcome.ok ? [outcome.answer] : []));
  const costNano = answers.reduce((sum, answer) => sum + answer.costNano, 0n);
  const later = outcomes.flatMap((outcome) => (outcome.ok && !outcome.isFirst ? [outcome.answer] : []));
  const latencies = (later.length > 0 ? later : answers).map(({ latencyMs }) => latencyMs);
  return {
    ref,
    versions: [...new Set(answers.map(({ model }) => model))],
    scored: compared.length,
    failures,
    measures: compared.length === 0 ? {} : scorer.score(compared),
    latencyMs: { p50: percentile(latencies, 0.5), p95: percentile(latencies, 0.95) },
    costNano,
    costPerThousandNano: answers.length === 0 ? undefined : (costNano * 1000n) / BigInt(answers.length),
    currency: answers[0]?.currency,
  };
}

/** What is shown of a model, one number each. */
export type Figure = MeasureName | 'p50' | 'p95' | 'costPerThousand';

export function figureOf({ measures, latencyMs, costPerThousandNano }: ModelReport, figure: Figure): number | undefined {
  switch (figure) {
    case 'p50':
    case 'p95':
      return latencyMs[figure];
    case 'costPerThousand':
      return costPerThousandNano === undefined ? undefined : Number(costPerThousandNano);
    default:
      return measures[figure];
  }
}

/** The models that are best at something, several where they are equal; none where there is nothing to choose between. */
export function bestOf(models: readonly ModelReport[], figure: Figure, better: 'higher' | 'lower'): readonly string[] {
  const known = models.flatMap((model) => {
    const value = figureOf(model, figure);
    return value === undefined ? [] : [{ ref: model.ref, value }];
  });
  const values = known.map(({ value }) => value);
  const best = better === 'higher' ? Math.max(...values) : Math.min(...values);
  const refs = known.filter(({ value }) => value === best).map(({ ref }) => ref);
  return models.length > 1 && refs.length < models.length ? refs : [];
}
