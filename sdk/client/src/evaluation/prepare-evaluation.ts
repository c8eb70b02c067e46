import type { Dataset, LineProblem } from './dataset.js';
import type { Scorer } from './scorer.js';

/** What a model costs and does, as the catalog says. */
export interface Candidate {
  readonly ref: string;
  readonly task: string;
  readonly price: CandidatePrice;
}

/** A call costs the sum of the components: `amountNano` for every `per` of its unit. */
export interface CandidatePrice {
  readonly currency: string;
  readonly components: readonly { readonly unit: string; readonly amountNano: bigint; readonly per: bigint }[];
}

/** Every line that cannot be used: what is no such line, and what expects something that no model of the task answers. */
export function problemsOf({ lines, problems }: Dataset, scorer: Scorer): readonly LineProblem[] {
  const unfit = lines.filter(({ expected }) => scorer.readExpected(expected) === undefined).map(({ line }) => ({ line, message: `must expect ${scorer.expects}` }));
  return [...problems, ...unfit].sort((a, b) => a.line - b.line);
}

/** What the calls cost at most, in nano-units of each currency: free units may make it less. Undefined where a price is not by the call alone. */
export function costOf(candidates: readonly Candidate[], lines: number): ReadonlyMap<string, bigint> | undefined {
  const costs = new Map<string, bigint>();
  for (const { price } of candidates) {
    const paid = price.components.filter(({ amountNano }) => amountNano > 0n);
    if (paid.some(({ unit }) => unit !== 'request')) return undefined;
    // Each call is rounded by itself, and never by more than half a nano-unit.
    const each = paid.reduce((sum, { amountNano, per }) => sum + (amountNano + per - 1n) / per, 0n);
    costs.set(price.currency, (costs.get(price.currency) ?? 0n) + each * BigInt(lines));
  }
  return costs;
}
