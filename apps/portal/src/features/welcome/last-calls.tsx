import { Anchor, Badge, Group, Paper, Table, Text, Title } from '@mantine/core';
import { Link } from 'react-router';
import { useFigures } from '../../components/figures';
import { Money } from '../../components/money';
import { SafeText } from '../../components/safe-text';
import type { HomeQuery } from '../../generated/documents';
import { useStrings } from '../../strings';

type Call = NonNullable<HomeQuery['usage']>['nodes'][number];

/** The newest calls of the organization; the page of usage has all of them. */
export function LastCalls({ calls, all }: { calls: readonly Call[]; all: string }) {
  const { welcome } = useStrings();
  const { duration, moment } = useFigures();
  return (
    <Paper withBorder p="lg" component="section" aria-labelledby="last-calls">
      <Group justify="space-between" mb="sm">
        <Title order={2} size="h4" id="last-calls">
          {welcome.lastCalls}
        </Title>
        {calls.length > 0 && (
          <Anchor component={Link} to={all} size="sm">
            {welcome.allCalls}
          </Anchor>
        )}
      </Group>
      {calls.length === 0 ? (
        <Text c="dimmed">{welcome.noCalls}</Text>
      ) : (
        <Table.ScrollContainer minWidth={520} type="native" tabIndex={0}>
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{welcome.model}</Table.Th>
                <Table.Th>{welcome.when}</Table.Th>
                <Table.Th ta="end">{welcome.took}</Table.Th>
                <Table.Th ta="end">{welcome.cost}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {calls.map((call) => (
                <Table.Tr key={call.id}>
                  <Table.Td>
                    <SafeText text={call.modelRef ?? welcome.modelGone} />{' '}
                    {call.status === 'FAILED' && (
                      <Badge color="red.9" variant="light" size="sm">
                        {welcome.failed}
                      </Badge>
                    )}
                  </Table.Td>
                  <Table.Td>{moment(call.occurredAt)}</Table.Td>
                  <Table.Td ta="end">{duration(call.totalMs)}</Table.Td>
                  <Table.Td ta="end">
                    <Money nano={call.amountNano} currency={call.currency} />
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </Paper>
  );
}
