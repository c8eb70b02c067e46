import type { PostOp } from '@steelyard/model-package';
import { runtimeErrors } from '@steelyard/runtime-kit';
import type { Bag, PostStep } from '../bag.js';
import { outputTensorOf } from '../bag.js';

type SegmentsOp = Extract<PostOp, { op: 'segments' }>;

/** Steps from `from` up to, without, `until`. */
interface Stretch {
  readonly from: number;
  readonly until: number;
}

/**
 * A tensor of probabilities, one for each step of time, becomes `segments` with start and end in seconds, `speechSeconds` and
 * `durationSeconds`. A segment begins at `threshold`; it ends below `thresholdEnd`, where that lasts `silenceSecondsMin`.
 */
export function segments(op: SegmentsOp): PostStep {
  return (bag) => {
    const data = [...outputTensorOf(bag, op.tensor).data];
    const durationSeconds = durationOf(bag, op.input);
    const wrong = data.find((value) => !(value >= 0 && value <= 1));
    if (wrong !== undefined) throw runtimeErrors.OUTPUT_INVALID({ field: op.tensor, reason: `${wrong} is no probability` });
    const found = stretchesOf(data, op).filter(({ from, until }) => (until - from) * op.stepSeconds >= op.speechSecondsMin);
    const list = found.map((stretch, index) => ({ ...padded(op, stretch, found[index - 1]?.until, found[index + 1]?.from), score: meanOf(data, stretch) }));
    const inTime = list.map(({ start, end, score }) => ({ start: milliseconds(start), end: milliseconds(Math.min(end, durationSeconds)), score }));
    bag.delete(op.tensor);
    bag.set('segments', inTime);
    bag.set('speechSeconds', milliseconds(inTime.reduce((sum, { start, end }) => sum + end - start, 0)));
    bag.set('durationSeconds', milliseconds(durationSeconds));
  };
}

function durationOf(bag: Bag, field: string): number {
  const seconds = bag.durations.get(field);
  if (seconds === undefined) throw runtimeErrors.OUTPUT_INVALID({ field, reason: 'no recording was read from it' });
  return seconds;
}

function stretchesOf(data: readonly number[], { threshold, thresholdEnd, silenceSecondsMin, stepSeconds }: SegmentsOp): Stretch[] {
  const found: Stretch[] = [];
  let from: number | undefined;
  /** The first step of a silence that may turn out to be a pause. */
  let silentSince: number | undefined;
  for (const [step, probability] of data.entries()) {
    if (probability >= threshold) {
      from ??= step;
      silentSince = undefined;
    }
    if (from === undefined || probability >= thresholdEnd) continue;
    silentSince ??= step;
    if ((step + 1 - silentSince) * stepSeconds < silenceSecondsMin) continue;
    found.push({ from, until: silentSince });
    from = silentSince = undefined;
  }
  if (from !== undefined) found.push({ from, until: silentSince ?? data.length });
  return found;
}

/** Wider by `padSeconds` at both ends, or by half of what lies between it and its neighbour. */
function padded({ stepSeconds, padSeconds }: SegmentsOp, { from, until }: Stretch, before = -Infinity, after = Infinity): { start: number; end: number } {
  const room = (steps: number): number => Math.min(padSeconds, (steps * stepSeconds) / 2);
  return { start: Math.max(0, from * stepSeconds - room(from - before)), end: until * stepSeconds + room(after - until) };
}

function meanOf(data: readonly number[], { from, until }: Stretch): number {
  return data.slice(from, until).reduce((sum, value) => sum + value, 0) / (until - from);
}

/** No step is finer than that, and sums of floats are ugly. */
function milliseconds(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
