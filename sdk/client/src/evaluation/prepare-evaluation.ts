import type { Dataset, LineProblem } from './dataset.js';
import type { Scorer } from './scorer.js';

/** What a model costs and does, as the catalog says. */
export interface Candidate {
  readonly ref: string;
  readonly task: string;
  readonly price: { readonly amountNano: bigint; readonly per: bigint; readonly unit: string; readonly currency: string };
}

/** Every line that cannot be used: what is no such line, and what expects something that no model of the task answers. */
export function problemsOf({ lines, problems }: Dataset, scorer: Scorer): readonly LineProblem[] {
  const unfit = lines.filter(({ expected }) => scorer.readExpected(expected) === undefined).map(({ line }) => ({ line, message: `must expect ${scorer.expects}` }));
  return [...problems, ...unfit].sort((a, b) => a.line - b.line);
}

/** What the calls cost at most, in nano-units of each currency; undefined where a price is not by the call. */
export function costOf(candidates: readonly Candidate[], lines: number): ReadonlyMap<string, bigint> | undefined {
  const costs = new Map<string, bigint>();
  for (const { price } of candidates) {
    if (price.unit !== 'request') return undefined;
    // Each call is rounded by itself, and never by more than half a nano-unit.
    const each = (price.amountNano + price.per - 1n) / price.per;
    costs.set(price.currency, (costs.get(price.currency) ?? 0n) + each * BigInt(lines));
  }
  return costs;
}
