import { useMemo } from 'react';
import { samplesOf } from './convert';
import { peaksOf } from './peaks';
import classes from './audio.module.css';

/** Strokes across; a narrow screen has hardly more pixels. */
const STROKES = 400;
const HALF = 50;

interface WaveformProps {
  readonly recording: AudioBuffer;
  readonly label: string;
  /** Stretches that are marked, in seconds. */
  readonly segments?: readonly { readonly start: number; readonly end: number }[];
  /** Where it plays, in seconds. */
  readonly position?: number | undefined;
}

export function Waveform({ recording, label, segments = [], position }: WaveformProps) {
  const path = useMemo(() => strokes(samplesOf(recording)), [recording]);
  const at = (seconds: number) => Math.min(STROKES, Math.max(0, (seconds / recording.duration) * STROKES));
  return (
    <svg className={classes.waveform} viewBox={`0 0 ${STROKES} ${2 * HALF}`} preserveAspectRatio="none" role="img" aria-label={label} data-testid="waveform">
      {segments.map(({ start, end }, n) => (
        <rect key={n} x={at(start)} width={Math.max(1, at(end) - at(start))} y={0} height={2 * HALF} className={classes.segment} data-testid="segment" />
      ))}
      <path d={path} className={classes.wave} />
      {position !== undefined && <rect x={at(position)} y={0} width={1} height={2 * HALF} className={classes.place} />}
    </svg>
  );
}

function strokes(samples: Float32Array): string {
  const peaks = peaksOf(samples, STROKES);
  const most = peaks.reduce((max, [low, high]) => Math.max(max, -low, high), 0) || 1;
  const height = (sample: number) => (HALF - (sample / most) * HALF * 0.95).toFixed(1);
  return peaks.map(([low, high], at) => `M${((at + 0.5) * STROKES) / peaks.length} ${height(high)}V${height(low - 0.005)}`).join('');
}
