import { Button, Group, Stack, Table, Text } from '@mantine/core';
import { useState } from 'react';
import { useFigures } from '../../../components/figures';
import { PromoteCanaryDocument, StopCanaryDocument } from '../../../generated/documents';
import { useSession } from '../../../server/session';
import { useStrings } from '../../../strings';
import { ActionDialog } from '../action-dialog';
import type { ManagedChannel, ManagedModel } from '../use-managed-model';
import { CanaryDialog } from './canary-dialog';

interface CanaryViewProps {
  readonly model: ManagedModel;
  readonly channel: string;
  readonly canary: NonNullable<ManagedChannel['canary']>;
}

/** A running canary: candidate beside the channel's others, and what the guard makes of it. */
export function CanaryView({ model, channel, canary }: CanaryViewProps) {
  const { manage } = useStrings();
  const figures = useFigures();
  const { can } = useSession();
  const [asking, setAsking] = useState<'promote' | 'stop' | 'change'>();
  const { version: candidate } = canary.version;
  const close = () => setAsking(undefined);
  const end = { modelRef: model.ref, input: { model: model.name, channel }, onClose: close };

  return (
    <Stack gap="xs" data-testid="canary">
      <Text fw={600} size="sm" role="status">
        {manage.canaryRuns(candidate, figures.share(canary.percent / 100))}
      </Text>
      {canary.comparison && <Comparison candidate={candidate} channel={channel} comparison={canary.comparison} />}
      {can('models:publish') && (
        <Group gap="xs">
          <Button size="xs" onClick={() => setAsking('promote')}>
            {manage.promote}
          </Button>
          <Button size="xs" variant="default" onClick={() => setAsking('change')}>
            {manage.changeCanary}
          </Button>
          <Button size="xs" variant="default" onClick={() => setAsking('stop')}>
            {manage.stop}
          </Button>
        </Group>
      )}
      {asking === 'promote' && <ActionDialog {...end} document={PromoteCanaryDocument} title={manage.promoteTitle(candidate)} text={manage.promoteText(channel, candidate)} verb={manage.promote} />}
      {asking === 'stop' && <ActionDialog {...end} document={StopCanaryDocument} title={manage.stopTitle(candidate)} text={manage.stopText(channel, candidate)} verb={manage.stop} danger />}
      {asking === 'change' && <CanaryDialog model={model} version={candidate} channel={channel} percent={canary.percent} onClose={close} />}
    </Stack>
  );
}

function Comparison({ candidate, channel, comparison }: { candidate: string; channel: string; comparison: NonNullable<CanaryViewProps['canary']['comparison']> }) {
  const { manage } = useStrings();
  const figures = useFigures();
  const { calls, faults, p95Ms, stableCalls, stableFaults, stableP95Ms, verdict } = comparison;
  const rows = [
    { name: candidate, calls, faults, p95Ms },
    { name: channel, calls: stableCalls, faults: stableFaults, p95Ms: stableP95Ms },
  ];
  return (
    <>
      <Table maw={480} verticalSpacing={4}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{manage.version}</Table.Th>
            <Table.Th ta="end">{manage.calls}</Table.Th>
            <Table.Th ta="end">{manage.faults}</Table.Th>
            <Table.Th ta="end">{manage.p95}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <Table.Tr key={row.name}>
              <Table.Td>{row.name}</Table.Td>
              <Table.Td ta="end">{figures.count(row.calls)}</Table.Td>
              <Table.Td ta="end">{figures.count(row.faults)}</Table.Td>
              <Table.Td ta="end">{figures.duration(row.p95Ms)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <Text size="sm">
        {manage.verdict}: {verdict}
      </Text>
    </>
  );
}
