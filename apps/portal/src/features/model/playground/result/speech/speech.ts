import { objectOf } from '../../input-form';
import { isNumber, readList, type Listed } from '../read';

/** In seconds from the beginning of the recording. */
export interface Segment {
  readonly start: number;
  readonly end: number;
  readonly score: number;
}

export interface Speech {
  readonly segments: Listed<Segment>;
  readonly speechSeconds: number;
  readonly durationSeconds: number;
}

/** Of more a waveform shows nothing. */
const SEGMENTS_MAX = 500;

/** The output when it is one of voice activity detection. */
export function speechOf(output: unknown): Speech | undefined {
  const { segments, speechSeconds, durationSeconds } = objectOf(output);
  const read = readList(segments, ({ start, end, score }) => (isNumber(start) && isNumber(end) && isNumber(score) && start >= 0 && end >= start ? { start, end, score } : undefined), SEGMENTS_MAX);
  return read && isNumber(speechSeconds) && isNumber(durationSeconds) ? { segments: read, speechSeconds, durationSeconds } : undefined;
}
