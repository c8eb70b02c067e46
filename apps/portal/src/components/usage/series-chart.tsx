import '@mantine/charts/styles.css';
import { BarChart } from '@mantine/charts';
import { Paper, Text } from '@mantine/core';
import type { Series } from './series';

/** Told apart from each other, and from the page at more than 3:1, in both colour schemes. */
const COLOURS = ['blue.7', 'orange.8', 'teal.8', 'grape.7', 'pink.7', 'gray.6'];

export interface SeriesChartProps {
  readonly series: Series;
  readonly label: string;
  readonly stretch: (start: Date) => string;
  readonly value: (value: bigint) => string;
  /** What one step of the axis is; 1e9 for money in nano-units. */
  readonly per: number;
  readonly axis: (value: number) => string;
}

/** Bars, stacked by group. Only their height is a rounded number; what is written of them is exact. */
export default function SeriesChart({ series, label, stretch, value, per, axis }: SeriesChartProps) {
  const { starts, groups, valueOf } = series;
  const data = starts.map((start) => ({ start: stretch(start), at: start, ...Object.fromEntries(groups.map((group, n) => [`g${n}`, Number(valueOf(start, group)) / per])) }));

  return (
    <div role="img" aria-label={label}>
      <BarChart
        h={280}
        type="stacked"
        data={data}
        dataKey="start"
        series={groups.map(({ name }, n) => ({ name: `g${n}`, label: name, color: COLOURS[n]! }))}
        withLegend={groups.some(({ name }) => name !== '')}
        legendProps={{ verticalAlign: 'bottom' }}
        valueFormatter={axis}
        yAxisProps={{ width: 64, allowDecimals: per !== 1 }}
        barProps={{ isAnimationActive: false }}
        barChartProps={{ accessibilityLayer: false }}
        tooltipAnimationDuration={0}
        tooltipProps={{
          content: ({ payload }) => {
            const start = (payload?.[0]?.payload as { at?: Date } | undefined)?.at;
            return start && <Exactly start={start} series={series} stretch={stretch} value={value} />;
          },
        }}
      />
    </div>
  );
}

function Exactly({ start, series, stretch, value }: Pick<SeriesChartProps, 'series' | 'stretch' | 'value'> & { start: Date }) {
  return (
    <Paper withBorder shadow="sm" px="sm" py="xs">
      <Text size="sm" fw={600}>
        {stretch(start)}
      </Text>
      {series.groups.map((group) => (
        <Text key={group.key} size="sm">
          {group.name} {value(series.valueOf(start, group))}
        </Text>
      ))}
    </Paper>
  );
}
