import { Badge, Button, Group, Stack, Table, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { EmptyState } from '../../components/empty-state';
import { Failure } from '../../components/failure';
import { useFigures } from '../../components/figures';
import { SafeText } from '../../components/safe-text';
import { WideTable } from '../../components/usage/wide-table';
import { PinModelDocument, UnloadModelDocument } from '../../generated/documents';
import type { Operator } from '../../server/operator';
import { useStrings } from '../../strings';
import type { EngineModel } from './use-engine';

const MEBIBYTE = 1024 * 1024;
const TROUBLED = new Set(['backing-off', 'unhealthy']);

export function ModelsTable({ models, operator }: { models: readonly EngineModel[]; operator: Operator }) {
  const { operator: strings } = useStrings();
  const pin = useMutation({ mutationFn: ({ digest, label, pinned }: EngineModel) => operator.ask(PinModelDocument, { digest, label, pinned: !pinned }) });
  const unload = useMutation({ mutationFn: ({ digest }: EngineModel) => operator.ask(UnloadModelDocument, { digest }) });
  const failure = pin.error ?? unload.error;
  if (models.length === 0) return <EmptyState title={strings.noModels} text={strings.noModelsText} />;
  const { columns } = strings;
  return (
    <Stack>
      {failure && <Failure error={failure} />}
      <WideTable label={strings.models} minWidth={900}>
        <Table.Thead>
          <Table.Tr>
            {[columns.model, columns.state, columns.queued, columns.inFlight, columns.batch, columns.calls, columns.memory, columns.cold, columns.faults, columns.actions].map((title) => (
              <Table.Th key={title}>{title}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {models.map((model) => (
            <ModelRow key={model.digest} model={model} onPin={() => pin.mutate(model)} onUnload={() => unload.mutate(model)} />
          ))}
        </Table.Tbody>
      </WideTable>
    </Stack>
  );
}

function ModelRow({ model, onPin, onUnload }: { model: EngineModel; onPin: () => void; onUnload: () => void }) {
  const { operator: strings } = useStrings();
  const { count, duration } = useFigures();
  const { label, state, pinned, queued, inFlight, calls, batchSize, faults, lastFault, coldStartMs, runners } = model;
  const memory = runners.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0);
  return (
    <Table.Tr>
      <Table.Td>
        <SafeText text={label} />
        {runners.map(({ pid, device, deviceReason, threads }) => (
          <Text key={pid} size="xs" c="dimmed" maw={400}>
            {strings.runner(String(pid ?? '–'), device, count(threads))}
            {deviceReason && (
              <>
                {' – '}
                <SafeText text={deviceReason} />
              </>
            )}
          </Text>
        ))}
      </Table.Td>
      <Table.Td>
        <Badge variant={TROUBLED.has(state) ? 'filled' : 'default'} color="gray.8" autoContrast tt="none">
          {strings.states[state] ?? state}
        </Badge>
      </Table.Td>
      <Table.Td>{count(queued)}</Table.Td>
      <Table.Td>{count(inFlight)}</Table.Td>
      <Table.Td>{batchSize.toFixed(1)}</Table.Td>
      <Table.Td>{count(calls)}</Table.Td>
      <Table.Td>{strings.mebibytes(count(memory / MEBIBYTE))}</Table.Td>
      <Table.Td>{duration(coldStartMs)}</Table.Td>
      <Table.Td>
        {count(faults)}
        {lastFault && (
          <Text size="xs" c="dimmed" maw={220}>
            <SafeText text={lastFault} />
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        <Group gap="xs" wrap="nowrap">
          <Button size="xs" variant="default" onClick={onPin} aria-label={`${pinned ? strings.unpin : strings.pin} ${label}`}>
            {pinned ? strings.unpin : strings.pin}
          </Button>
          <Button size="xs" variant="default" onClick={onUnload} disabled={runners.length === 0 || pinned} aria-label={`${strings.unload} ${label}`}>
            {strings.unload}
          </Button>
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}
