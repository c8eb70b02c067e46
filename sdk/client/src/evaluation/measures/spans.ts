import { f1 } from './labels.js';

/** A labelled part of a text: where it is, or what it says. */
export interface Span {
  readonly label: string;
  readonly start?: number | undefined;
  readonly end?: number | undefined;
  readonly text?: string | undefined;
}

export interface SpansOfLine {
  readonly expected: readonly Span[];
  readonly answer: readonly Span[];
}

/**
 * F1 over the spans of all lines together, 0 to 1. A span is right when its label is and it begins and ends where expected;
 * one that is expected without places when label and text are right.
 */
export function spanF1(lines: readonly SpansOfLine[]): number | undefined {
  let [expected, answered, right] = [0, 0, 0];
  for (const line of lines) {
    const open = [...line.answer];
    for (const span of line.expected) {
      const at = open.findIndex((answer) => isSame(span, answer));
      if (at < 0) continue;
      open.splice(at, 1);
      right++;
    }
    expected += line.expected.length;
    answered += line.answer.length;
  }
  return expected + answered === 0 ? undefined : f1(right, expected, answered);
}

function isSame(expected: Span, answer: Span): boolean {
  if (expected.label !== answer.label) return false;
  return expected.start === undefined ? expected.text === answer.text : expected.start === answer.start && expected.end === answer.end;
}

/** A stretch of time in seconds. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

export interface StretchesOfLine {
  readonly expected: readonly Stretch[];
  readonly answer: readonly Stretch[];
}

/** F1 over the seconds of all lines together, 0 to 1: what was marked and should be. Stretches of one line do not overlap. */
export function secondsF1(lines: readonly StretchesOfLine[]): number | undefined {
  const seconds = (stretches: readonly Stretch[]): number => stretches.reduce((sum, { start, end }) => sum + Math.max(0, end - start), 0);
  let [expected, answered, right] = [0, 0, 0];
  for (const line of lines) {
    expected += seconds(line.expected);
    answered += seconds(line.answer);
    for (const a of line.expected) for (const b of line.answer) right += Math.max(0, Math.min(a.end, b.end) - Math.max(a.start, b.start));
  }
  return expected + answered === 0 ? undefined : f1(right, expected, answered);
}
