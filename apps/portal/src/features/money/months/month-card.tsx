import { Badge, Button, Group, Paper, Progress, Stack, Text } from '@mantine/core';
import { useFigures } from '../../../components/figures';
import { periodAt, useMonth } from '../../../components/operator/month';
import { SafeText } from '../../../components/safe-text';
import type { MonthFieldsFragment } from '../../../generated/documents';
import { useMonthsStrings } from '../../../strings/months';
import { MonthPayouts } from './month-payouts';

/** As whom the platform closes a month that nobody has closed. */
const BY_ITSELF = 'steelyard';

interface MonthCardProps {
  readonly month: MonthFieldsFragment;
  /** Whether its payouts are seen. */
  readonly opened: boolean;
  readonly toggle: () => void;
  readonly close: () => void;
}

/** One month: how far it is, and what can be done. */
export function MonthCard({ month, opened, toggle, close }: MonthCardProps) {
  const { months: strings } = useMonthsStrings();
  const name = useMonth()(month.period);
  const isClosed = month.closedAt != null;
  const isOver = month.period < periodAt(new Date());
  return (
    <Paper component="li" withBorder p="md" aria-label={name}>
      <Stack gap="sm">
        <Group justify="space-between">
          <Group gap="sm">
            <Text fw={600}>{name}</Text>
            <Badge variant={isOver && !isClosed ? 'filled' : 'default'} color="gray.8" autoContrast tt="none">
              {isClosed ? strings.closed : isOver ? strings.over : strings.running}
            </Badge>
          </Group>
          {isClosed ? (
            <Button size="xs" variant="default" onClick={toggle} aria-expanded={opened} aria-label={`${strings.payouts}: ${name}`}>
              {strings.payouts}
            </Button>
          ) : (
            isOver && (
              <Button size="xs" onClick={close} aria-label={`${strings.close}: ${name}`}>
                {strings.close}
              </Button>
            )
          )}
        </Group>
        {isClosed && <Documents month={month} />}
        {isClosed && opened && <MonthPayouts period={month.period} name={name} />}
      </Stack>
    </Paper>
  );
}

function Documents({ month: { closedAt, closedBy, documents, issued, stuck } }: { month: MonthFieldsFragment }) {
  const { months: strings } = useMonthsStrings();
  const { moment, count } = useFigures();
  return (
    <Stack gap={4}>
      <Text size="sm" role="status">
        {closedBy === BY_ITSELF ? strings.closedByItself(moment(closedAt!)) : strings.closedAt(moment(closedAt!), closedBy ?? '–')} {strings.issued(count(issued), count(documents))}
      </Text>
      {issued < documents && <Progress value={(100 * issued) / documents} aria-label={strings.issued(count(issued), count(documents))} />}
      {stuck.map(({ kind, organization, currency, problem, attempts }) => (
        <Text key={`${kind} ${organization} ${currency}`} size="sm" c="var(--mantine-color-error)">
          {strings.stuckDocument(strings.documentKinds[kind] ?? kind, attempts)} <SafeText text={organization} />: <SafeText text={problem} />
        </Text>
      ))}
    </Stack>
  );
}
