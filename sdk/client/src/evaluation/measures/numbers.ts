export interface Forecast {
  /** What was measured before, the oldest first. */
  readonly past: readonly number[];
  readonly expected: readonly number[];
  /** At least as long as what is expected. */
  readonly answer: readonly number[];
}

/** The mean of how far each number is off, over the numbers of all lines together. */
export function meanAbsoluteError(lines: readonly { readonly expected: readonly number[]; readonly answer: readonly number[] }[]): number | undefined {
  const errors = lines.flatMap(({ expected, answer }) => expected.map((value, index) => Math.abs(value - answer[index]!)));
  return mean(errors);
}

/**
 * Mean absolute scaled error (Hyndman and Koehler, 2006): each line's error against that of saying every next value of its
 * past is the one before it; below 1 is better than that. Lines whose past never changes have no scale and are left out.
 */
export function meanAbsoluteScaledError(lines: readonly Forecast[]): number | undefined {
  const scaled = lines.flatMap((line) => {
    const scale = mean(line.past.slice(1).map((value, index) => Math.abs(value - line.past[index]!)));
    const error = meanAbsoluteError([line]);
    return scale === undefined || scale === 0 || error === undefined ? [] : [error / scale];
  });
  return mean(scaled);
}

export function mean(numbers: readonly number[]): number | undefined {
  return numbers.length === 0 ? undefined : numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}

/** The value below which this share of the numbers lies, by the nearest rank. */
export function percentile(numbers: readonly number[], share: number): number | undefined {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}
