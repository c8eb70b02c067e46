import { condensed } from '../result/vector/embedding';
import classes from './series.module.css';

const POINTS_MAX = 400;
const HEIGHT = 100;

/** A series as one line, without axes: whether it is the one that was meant. */
export function SeriesLine({ values, label }: { values: readonly number[]; label: string }) {
  const points = condensed(values, POINTS_MAX);
  const low = points.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  const range = points.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY) - low || 1;
  const place = (value: number) => (HEIGHT - 4 - ((value - low) / range) * (HEIGHT - 8)).toFixed(1);
  return (
    <svg className={classes.line} viewBox={`0 0 ${Math.max(1, points.length - 1)} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={label}>
      <polyline points={points.map((value, at) => `${at},${place(value)}`).join(' ')} />
    </svg>
  );
}
