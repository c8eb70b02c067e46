import '@mantine/charts/styles.css';
import { LineChart } from '@mantine/charts';
import type { CurvePoint } from '@steelyard/model-package';
import { useFigures } from '../../../components/figures';
import { useStrings } from '../../../strings';

const COLOURS = ['blue.7', 'orange.8', 'teal.8'];

/** Calls a second over the size of the batch, a line for each number of threads. The table beside it says the same exactly. */
export default function CurveChart({ curve }: { curve: readonly CurvePoint[] }) {
  const { speed } = useStrings().model;
  const { count } = useFigures();
  const threads = [...new Set(curve.map((point) => point.threads))];
  const sizes = [...new Set(curve.map((point) => point.batchSize))].sort((a, b) => a - b);
  const data = sizes.map((size) => ({
    size: count(size),
    ...Object.fromEntries(threads.map((number) => [`t${number}`, curve.find((point) => point.threads === number && point.batchSize === size)?.itemsPerSecond])),
  }));
  return (
    <div role="img" aria-label={speed.chart}>
      <LineChart
        h={260}
        data={data}
        dataKey="size"
        series={threads.map((number, n) => ({ name: `t${number}`, label: speed.withThreads(count(number)), color: COLOURS[n % COLOURS.length]! }))}
        withLegend={threads.length > 1}
        valueFormatter={count}
        connectNulls
        xAxisLabel={speed.batch}
        yAxisProps={{ width: 64 }}
        lineProps={{ isAnimationActive: false }}
        lineChartProps={{ accessibilityLayer: false }}
        tooltipAnimationDuration={0}
      />
    </div>
  );
}
