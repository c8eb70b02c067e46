/** What every benchmark prints last, on one line. `ratio` is its headline: ours over the peer's, or as its unit says. */
export interface BenchResult {
  readonly bench: string;
  readonly ratio: number;
  readonly unit: string;
  readonly rounds: number;
  readonly cases: Record<string, unknown>;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

export function round(value: number, digits = 2): number {
  return Number(value.toFixed(digits));
}

/**
 * Runs each variant once per round, in turn, so that the machine's moods hit all alike; gives each variant's results in the
 * order of the rounds.
 */
export async function interleave<T>(rounds: number, variants: Readonly<Record<string, () => Promise<T>>>): Promise<Record<string, T[]>> {
  const results: Record<string, T[]> = Object.fromEntries(Object.keys(variants).map((name) => [name, []]));
  for (let n = 0; n < rounds; n += 1) {
    for (const [name, run] of Object.entries(variants)) results[name]!.push(await run());
  }
  return results;
}

/** The median of the ratios taken round by round. */
export function medianRatio(ours: readonly number[], theirs: readonly number[]): number {
  return round(median(ours.map((value, n) => value / theirs[n]!)));
}
