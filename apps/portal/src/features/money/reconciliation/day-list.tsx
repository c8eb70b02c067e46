import { Badge, Group, Paper, Stack, Text } from '@mantine/core';
import { useFigures } from '../../../components/figures';
import { Money } from '../../../components/money';
import { SafeText } from '../../../components/safe-text';
import { DataTable, type Column } from '../../../components/usage/data-table';
import type { ReconciliationFieldsFragment } from '../../../generated/documents';
import { useMonthsStrings } from '../../../strings/months';

/** Days, newest first; those that do not agree with what differs and what to do about it. */
export function DayList({ days }: { days: readonly ReconciliationFieldsFragment[] }) {
  return (
    <Stack component="ul" gap="sm" m={0} p={0} style={{ listStyle: 'none' }}>
      {days.map((day) => (
        <Day key={day.day} reconciliation={day} />
      ))}
    </Stack>
  );
}

function Day({ reconciliation: { day, currency, matched, compared, feesNano, ranAt, differences } }: { reconciliation: ReconciliationFieldsFragment }) {
  const { reconciliation: strings } = useMonthsStrings();
  const { count, moment } = useFigures();
  return (
    <Paper component="li" withBorder p="md">
      <Group justify="space-between" gap="sm">
        <Group gap="sm">
          <Text fw={600}>{day}</Text>
          <Badge variant={matched ? 'default' : 'filled'} color="red.9" tt="none">
            {matched ? strings.matched : strings.differ(differences.length)}
          </Badge>
        </Group>
        <Text size="sm" c="dimmed">
          {strings.compared(count(compared))} {strings.fees} <Money nano={feesNano} currency={currency} />. {strings.ranAt(moment(ranAt))}
        </Text>
      </Group>
      {!matched && <Differences day={day} currency={currency} differences={differences} />}
    </Paper>
  );
}

function Differences({ day, currency, differences }: Pick<ReconciliationFieldsFragment, 'day' | 'currency' | 'differences'>) {
  const { reconciliation: strings } = useMonthsStrings();
  const unit = currency.toUpperCase();
  const columns: Column<ReconciliationFieldsFragment['differences'][number]>[] = [
    { head: strings.columns.subject, cell: (difference) => <Subject difference={difference} /> },
    { head: strings.columns.atStripe, figure: true, cell: ({ atStripe }) => `${atStripe} ${unit}` },
    { head: strings.columns.inLedger, figure: true, cell: ({ inLedger }) => `${inLedger} ${unit}` },
    { head: strings.columns.action, cell: ({ action }) => action },
  ];
  return <DataTable label={strings.differencesOf(day)} minWidth={720} columns={columns} rows={differences} keyOf={({ subject }) => subject} />;
}

function Subject({ difference: { subject, stripeId } }: { difference: ReconciliationFieldsFragment['differences'][number] }) {
  return (
    <>
      <SafeText text={subject} />
      {stripeId != null && (
        <Text size="xs" ff="monospace">
          {stripeId}
        </Text>
      )}
    </>
  );
}
