import { Skeleton, Stack, Table, Text } from '@mantine/core';
import { lazy, Suspense } from 'react';
import type { CurvePoint, Measurements } from '@steelyard/model-package';
import { EmptyState } from '../../../components/empty-state';
import { Fact, Facts } from '../../../components/facts/facts';
import { useFigures } from '../../../components/figures';
import { SafeText } from '../../../components/safe-text';
import { Section } from '../../../components/section';
import { WideTable } from '../../../components/usage/wide-table';
import { useStrings } from '../../../strings';
import type { ModelVersion } from '../model';
import { readMeasurements } from './measurements';

const CurveChart = lazy(() => import('./curve-chart'));

const MEBIBYTE = 1024 * 1024;

/** How quick the version was on the machine that published it: alone, in batches, and from a cold start. */
export function SpeedTab({ version }: { version: ModelVersion }) {
  const { speed } = useStrings().model;
  const measured = readMeasurements(version.measurements);
  if (!measured) return <EmptyState title={speed.none} />;
  const { curve = [] } = measured;
  return (
    <Stack gap="xl">
      <Section title={speed.title} text={speed.text}>
        <SpeedFacts measured={measured} />
      </Section>
      {curve.length > 0 && (
        <Section title={speed.curve} text={speed.curveText}>
          <Suspense fallback={<Skeleton height={280} />}>
            <CurveChart curve={curve} />
          </Suspense>
          <CurveTable curve={curve} />
        </Section>
      )}
    </Stack>
  );
}

function SpeedFacts({ measured }: { measured: Measurements }) {
  const { speed, measurement } = useStrings().model;
  const { count, duration } = useFigures();
  const { latencyMs, runs, coldStartMs, loadMs, memoryBytes, device, tuning, streams } = measured;
  const facts = [
    { name: speed.cold, value: coldStartMs === undefined ? duration(loadMs) : speed.coldParts(duration(coldStartMs), duration(loadMs)) },
    { name: speed.alone, value: measurement(duration(latencyMs.p50), duration(latencyMs.p95), count(runs)) },
    { name: speed.device, value: <SafeText text={device} /> },
    { name: speed.memory, value: speed.mebibytes(count(memoryBytes / MEBIBYTE)) },
    ...(tuning ? [{ name: speed.chosen, value: speed.tuning(count(tuning.batchSize), count(tuning.replicas), count(tuning.threads)) }] : []),
    ...(streams === undefined ? [] : [{ name: speed.streams, value: streams ? speed.yes : speed.no }]),
  ];
  return (
    <Facts>
      {facts.map(({ name, value }) => (
        <Fact key={name} name={name}>
          {value}
        </Fact>
      ))}
    </Facts>
  );
}

function CurveTable({ curve }: { curve: readonly CurvePoint[] }) {
  const { speed } = useStrings().model;
  const { count, duration } = useFigures();
  return (
    <WideTable label={speed.curve} minWidth={420}>
      <Table.Thead>
        <Table.Tr>
          {[speed.batch, speed.threads, speed.batchTime, speed.perSecond].map((title) => (
            <Table.Th key={title}>{title}</Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {curve.map(({ batchSize, threads, batchMs, itemsPerSecond }) => (
          <Table.Tr key={`${threads} ${batchSize}`}>
            <Table.Td>{count(batchSize)}</Table.Td>
            <Table.Td>{count(threads)}</Table.Td>
            <Table.Td>{duration(batchMs)}</Table.Td>
            <Table.Td>
              <Text span size="sm">
                {count(itemsPerSecond)}
              </Text>
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </WideTable>
  );
}
