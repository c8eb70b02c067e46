/** What a line says and what a model said. */
export interface Labelled {
  readonly expected: string;
  readonly answer: string;
}

/** The share of the lines with the right label, 0 to 1. */
export function accuracy(lines: readonly Labelled[]): number | undefined {
  return lines.length === 0 ? undefined : lines.filter(({ expected, answer }) => expected === answer).length / lines.length;
}

/**
 * F1 of each label, all labels counting the same however rare: 0 to 1. Labels are those that were expected or answered; one
 * that was never right counts 0, as in scikit-learn's `f1_score(average="macro")`.
 */
export function macroF1(lines: readonly Labelled[]): number | undefined {
  const labels = new Set(lines.flatMap(({ expected, answer }) => [expected, answer]));
  if (labels.size === 0) return undefined;
  const scores = [...labels].map((label) => {
    const right = lines.filter(({ expected, answer }) => expected === label && answer === label).length;
    return f1(right, lines.filter(({ expected }) => expected === label).length, lines.filter(({ answer }) => answer === label).length);
  });
  return scores.reduce((sum, score) => sum + score, 0) / scores.length;
}

/** The harmonic mean of precision and recall; 0 where nothing was right. */
export function f1(right: number, expected: number, answered: number): number {
  return expected + answered === 0 ? 0 : (2 * right) / (expected + answered);
}
