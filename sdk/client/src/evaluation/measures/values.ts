import { mean } from './numbers.js';

/** A line of a task that has no measure of its own: a part of the answer, and the answer. */
export interface ValuesOfLine {
  readonly expected: unknown;
  readonly answer: unknown;
}

/** Numbers that are as near as this, in proportion, are the same. */
const NEAR = 1e-3;

/** The share of the lines whose answer has all that is expected, 0 to 1. */
export function exactMatches(lines: readonly ValuesOfLine[]): number | undefined {
  return mean(lines.map((line) => (leavesOf(line).every(({ expected, answer }) => isSame(expected, answer)) ? 1 : 0)));
}

/** The mean of how far the expected numbers are off; undefined where none is expected, or one was not answered. */
export function meanDeviation(lines: readonly ValuesOfLine[]): number | undefined {
  const deviations = lines.flatMap(leavesOf).flatMap(({ expected, answer }) => (typeof expected === 'number' ? [typeof answer === 'number' ? Math.abs(expected - answer) : NaN] : []));
  const deviation = mean(deviations);
  return deviation === undefined || Number.isNaN(deviation) ? undefined : deviation;
}

function isSame(expected: unknown, answer: unknown): boolean {
  if (typeof expected !== 'number' || typeof answer !== 'number') return expected === answer;
  return Math.abs(expected - answer) <= NEAR * Math.max(1, Math.abs(expected));
}

/** Every value that is expected, beside what is in its place. A list is expected as a whole: its length is one of the values. */
function leavesOf({ expected, answer }: ValuesOfLine): ValuesOfLine[] {
  if (typeof expected !== 'object' || expected === null) return [{ expected, answer }];
  const given = (typeof answer === 'object' && answer !== null ? answer : {}) as Readonly<Record<string, unknown>>;
  const inside = Object.entries(expected).flatMap(([key, value]) => leavesOf({ expected: value, answer: Object.hasOwn(given, key) ? given[key] : undefined }));
  if (!Array.isArray(expected)) return inside;
  const isWhole = Array.isArray(answer) && answer.length === expected.length;
  return isWhole ? inside : [...inside, { expected: 'another length', answer: undefined }];
}
