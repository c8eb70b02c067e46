import { Stack, Table, Text, UnstyledButton } from '@mantine/core';
import { useFigures } from '../../components/figures';
import { SafeText } from '../../components/safe-text';
import { WideTable } from '../../components/usage/wide-table';
import type { AuditEntryFieldsFragment } from '../../generated/documents';
import { useStrings } from '../../strings';

export type Actor = AuditEntryFieldsFragment['actor'];

export function AuditTable({ entries, choose }: { entries: readonly AuditEntryFieldsFragment[]; choose: (actor: Actor) => void }) {
  const { audit } = useStrings();
  return (
    <WideTable label={audit.title} minWidth={820}>
      <Table.Thead>
        <Table.Tr>
          {[audit.at, audit.who, audit.what, audit.change].map((title) => (
            <Table.Th key={title} scope="col">
              {title}
            </Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {entries.map((entry) => (
          <EntryRow key={entry.seq} entry={entry} choose={choose} />
        ))}
      </Table.Tbody>
    </WideTable>
  );
}

function EntryRow({ entry: { seq, at, actor, action, object, objectId, changes, reason }, choose }: { entry: AuditEntryFieldsFragment; choose: (actor: Actor) => void }) {
  const { audit } = useStrings();
  const { moment } = useFigures();
  const objects: Readonly<Record<string, string>> = audit.objects;
  return (
    <Table.Tr style={{ verticalAlign: 'top' }}>
      <Table.Td style={{ whiteSpace: 'nowrap' }}>
        {moment(at)}
        <Text size="xs" c="dimmed">
          {audit.place(seq)}
        </Text>
      </Table.Td>
      <Table.Td>
        <UnstyledButton onClick={() => choose(actor)} title={audit.showOnly}>
          <Text size="sm" td="underline" component="span">
            <SafeText text={actor.name ?? audit.actors[actor.kind]} lines={1} />
          </Text>
        </UnstyledButton>
        <Text size="xs" c="dimmed">
          {audit.actors[actor.kind]}
        </Text>
      </Table.Td>
      <Table.Td>
        {objects[object] ?? object}: {audit.actions[action]}
        <Text size="xs" c="dimmed">
          <SafeText text={objectId} lines={1} />
        </Text>
      </Table.Td>
      <Table.Td>
        {reason !== null && (
          <Text size="sm">
            {audit.reason}: <SafeText text={reason ?? ''} />
          </Text>
        )}
        <Stack component="ul" gap={2} m={0} p={0} style={{ listStyle: 'none' }}>
          {changes.map((change) => (
            <Text key={change.field} component="li" size="xs" c="dimmed">
              <SafeText text={textOf(action, change)} lines={2} />
            </Text>
          ))}
        </Stack>
      </Table.Td>
    </Table.Tr>
  );
}

function textOf(action: AuditEntryFieldsFragment['action'], { field, before, after }: AuditEntryFieldsFragment['changes'][number]): string {
  if (action === 'CREATED') return `${field}: ${after ?? '-'}`;
  return `${field}: ${before ?? '-'} → ${after ?? '-'}`;
}
