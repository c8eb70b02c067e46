import { Stack, Text } from '@mantine/core';
import { cleanText } from '../../../../../components/clean-text';
import { CopyButton } from '../../../../../components/actions/copy-button';
import { useFigures } from '../../../../../components/figures';
import { useStrings } from '../../../../../strings';
import { condensed, lengthOf, type Vector } from './embedding';
import classes from './vector.module.css';

/** Bars that a strip holds on a narrow screen. */
const BARS_MAX = 384;
const NUMBERS_WRITTEN = 6;
/** Half of the strip's height, in its own units. */
const HALF = 50;

/** A vector as a strip of bars, with its size, its length and its first numbers. */
export function VectorView({ vector }: { vector: Vector }) {
  const { result } = useStrings();
  const { count } = useFigures();
  const written = vector.slice(0, NUMBERS_WRITTEN).map((value) => value.toPrecision(3));
  return (
    <Stack gap="xs">
      <Text fw={600}>{result.vector(count(vector.length))}</Text>
      <VectorStrip vector={vector} label={result.vectorStrip(count(vector.length))} />
      <Text size="sm" c="dimmed" style={{ fontVariantNumeric: 'tabular-nums' }}>
        {result.vectorFacts(lengthOf(vector).toPrecision(4), cleanText(written.join(', ')))}
      </Text>
      <div>
        <CopyButton text={JSON.stringify(vector)} label={result.copyVector} />
      </div>
    </Stack>
  );
}

function VectorStrip({ vector, label }: { vector: Vector; label: string }) {
  const bars = condensed(vector, BARS_MAX);
  const most = bars.reduce((max, value) => Math.max(max, Math.abs(value)), 0) || 1;
  const path = (sign: 1 | -1) =>
    bars.map((value, at) => (Math.sign(value) === sign ? `M${at} ${HALF}h0.9V${(HALF - (value / most) * HALF).toFixed(2)}h-0.9z` : '')).join('');
  return (
    <svg className={classes.strip} viewBox={`0 0 ${bars.length} ${2 * HALF}`} preserveAspectRatio="none" role="img" aria-label={label} data-testid="vector">
      <path d={path(1)} className={classes.above} />
      <path d={path(-1)} className={classes.below} />
    </svg>
  );
}
