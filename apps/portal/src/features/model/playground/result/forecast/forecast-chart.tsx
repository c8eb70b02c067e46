import '@mantine/charts/styles.css';
import { CompositeChart } from '@mantine/charts';
import { Paper, Text } from '@mantine/core';
import { useStrings } from '../../../../../strings';
import type { ChartPoint } from './forecast';

interface ForecastChartProps {
  readonly points: readonly ChartPoint[];
  readonly label: string;
  readonly value: (value: number) => string;
}

/** The past, what is expected, and the band around it. */
export default function ForecastChart({ points, label, value }: ForecastChartProps) {
  const { result } = useStrings();
  const data = points.map((point) => ({ ...point }));
  return (
    <div role="img" aria-label={label}>
      <CompositeChart
        h={280}
        data={data}
        dataKey="step"
        series={[
          ...(points.some(({ band }) => band !== undefined) ? [{ name: 'band', label: result.band, color: 'orange.4', type: 'area' as const }] : []),
          { name: 'history', label: result.past, color: 'blue.7', type: 'line' as const },
          { name: 'forecast', label: result.forecast, color: 'orange.8', type: 'line' as const },
        ]}
        withLegend
        withDots={false}
        legendProps={{ verticalAlign: 'bottom' }}
        curveType="linear"
        valueFormatter={value}
        yAxisProps={{ width: 64, domain: ['auto', 'auto'] }}
        lineProps={{ isAnimationActive: false }}
        areaProps={{ isAnimationActive: false, stroke: 'none', fillOpacity: 0.3 }}
        composedChartProps={{ accessibilityLayer: false }}
        tooltipAnimationDuration={0}
        tooltipProps={{ content: ({ payload }) => <Exactly point={payload?.[0]?.payload as ChartPoint | undefined} value={value} /> }}
      />
    </div>
  );
}

function Exactly({ point, value }: { point: ChartPoint | undefined; value: (value: number) => string }) {
  const { result } = useStrings();
  if (!point) return null;
  const { step, history, forecast, band } = point;
  return (
    <Paper withBorder shadow="sm" px="sm" py="xs">
      <Text size="sm" fw={600}>
        {result.step(step)}
      </Text>
      {history !== undefined && (
        <Text size="sm">
          {result.past} {value(history)}
        </Text>
      )}
      {history === undefined && forecast !== undefined && (
        <Text size="sm">
          {result.forecast} {value(forecast)}
        </Text>
      )}
      {history === undefined && band && (
        <Text size="sm">
          {result.band} {value(band[0])} – {value(band[1])}
        </Text>
      )}
    </Paper>
  );
}
