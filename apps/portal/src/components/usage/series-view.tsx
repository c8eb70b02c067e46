import { Group, Paper, SegmentedControl, Stack, Text } from '@mantine/core';
import { lazy, Suspense, useMemo, useState, type ReactNode } from 'react';
import { useLanguage } from '../../strings';
import { useFigures } from '../figures';
import { formatMoney } from '../money';
import { Waiting } from '../waiting';
import type { Period } from './period';
import { seriesOf, type Bucket, type Measure } from './series';
import { SeriesTable } from './series-table';

/** The charting library is a large part of all script: only who looks at a chart loads it. */
const SeriesChart = lazy(() => import('./series-chart'));

const NANO = 1e9;

interface SeriesViewProps {
  readonly buckets: readonly Bucket[];
  readonly period: Period;
  readonly currency: string;
  readonly money: { readonly label: string; readonly measure: Measure };
  /** More to choose beside the measure: by what it is grouped. */
  readonly children?: ReactNode;
}

/** Money or calls over time, as a chart or as a table. */
export function SeriesView({ buckets, period, currency, money, children }: SeriesViewProps) {
  const { strings, language } = useLanguage();
  const { usage } = strings;
  const { count } = useFigures();
  const [measure, setMeasure] = useState('money');
  const [form, setForm] = useState('chart');
  const isMoney = measure === 'money';

  const series = useMemo(
    () => seriesOf(buckets, { period, measure: isMoney ? money.measure : ({ calls }) => BigInt(calls), nameless: usage.nameless, others: usage.others }),
    [buckets, period, isMoney, money.measure, usage],
  );
  const stretch = useMemo(() => stretchFormat(period, language), [period, language]);
  const rough = useMemo(() => new Intl.NumberFormat(language, { notation: 'compact', maximumSignificantDigits: 3 }), [language]);
  const label = usage.overTime(isMoney ? money.label : usage.calls);
  const value = (exact: bigint) => (isMoney ? formatMoney(exact, currency, language) : count(Number(exact)));

  return (
    <Paper withBorder p="md" component="section" aria-label={label}>
      <Stack gap="sm">
        <Group gap="sm">
          <SegmentedControl aria-label={usage.measure} value={measure} onChange={setMeasure} data={[{ value: 'money', label: money.label }, { value: 'calls', label: usage.calls }]} />
          {children}
          <SegmentedControl aria-label={usage.form} value={form} onChange={setForm} data={[{ value: 'chart', label: usage.chart }, { value: 'table', label: usage.table }]} />
        </Group>
        {form === 'chart' ? (
          <Suspense fallback={<Waiting />}>
            <SeriesChart series={series} label={`${label}. ${usage.asTable}`} stretch={stretch} value={value} per={isMoney ? NANO : 1} axis={(rounded) => rough.format(rounded)} />
          </Suspense>
        ) : (
          <SeriesTable series={series} label={label} stretch={stretch} value={value} />
        )}
        <Text size="xs" c="dimmed">
          {isMoney && `${usage.inCurrency(currency.toUpperCase())} `}
          {period.interval === 'DAY' && usage.daysAreUtc}
        </Text>
      </Stack>
    </Paper>
  );
}

/** Hours are the reader's; days are those of the server, which counts them in UTC. */
function stretchFormat({ interval }: Period, language: string): (start: Date) => string {
  const format = new Intl.DateTimeFormat(language, interval === 'HOUR' ? { month: 'short', day: 'numeric', hour: 'numeric', minute: '2-digit' } : { month: 'short', day: 'numeric', timeZone: 'UTC' });
  return (start) => format.format(start);
}
