import { Badge, Button, Group, Paper, Stack, Text } from '@mantine/core';
import { cleanText } from '../../components/clean-text';
import { useFigures } from '../../components/figures';
import { Money } from '../../components/money';
import { SafeText } from '../../components/safe-text';
import type { BudgetFieldsFragment } from '../../generated/documents';
import { useSession } from '../../server/session';
import { useStrings } from '../../strings';
import { AlertHistory } from './alert-history';
import { BudgetBar } from './budget-bar';
import { WebhookLine } from './webhook-line';

/** One budget: whose calls it is for, how far it is used, whom it has told. */
export function BudgetCard({ budget, change, end }: { budget: BudgetFieldsFragment; change: () => void; end: () => void }) {
  const { budgets: strings } = useStrings();
  const { moment } = useFigures();
  const { can } = useSession();
  const { name, scope, key, model, period, currency, limitNano, hard, resetsAt, endedAt, alerts, webhook } = budget;
  const subject = scope === 'ORGANIZATION' ? undefined : (key?.name ?? key?.id ?? model?.ref ?? model?.id);
  const isOpen = endedAt == null;
  return (
    <Paper withBorder p="md" component="li">
      <Stack gap="sm">
        <Group justify="space-between" align="flex-start" gap="sm">
          <Stack gap={6} miw={0} style={{ flex: '1 1 260px' }}>
            <Group gap="xs">
              <Text fw={600} component="h2" m={0} size="md">
                <SafeText text={name} lines={2} />
              </Text>
              <Badge variant="dot" color={isOpen ? (hard ? 'blue.9' : 'yellow.9') : 'gray.7'}>
                {isOpen ? (hard ? strings.hard : strings.soft) : strings.ended}
              </Badge>
            </Group>
            <Text size="sm" c="dimmed">
              <Money nano={limitNano} currency={currency} /> {strings.periods[period]} · {strings.scopes[scope]}
              {subject !== undefined && (
                <>
                  {' '}
                  <SafeText text={subject} />
                </>
              )}
              {isOpen && ` · ${resetsAt == null ? strings.neverResets : strings.resets(moment(resetsAt))}`}
              {!isOpen && ` · ${strings.endedAt(moment(endedAt))}`}
            </Text>
          </Stack>
          {isOpen && can('budgets:manage') && (
            <Group gap="xs">
              <Button variant="default" size="xs" onClick={change} aria-label={`${strings.change}: ${cleanText(name)}`}>
                {strings.change}
              </Button>
              <Button variant="default" size="xs" c="var(--mantine-color-error)" onClick={end} aria-label={`${strings.end}: ${cleanText(name)}`}>
                {strings.end}
              </Button>
            </Group>
          )}
        </Group>
        <BudgetBar budget={budget} />
        {isOpen && webhook != null && <WebhookLine id={budget.id} name={name} address={webhook} />}
        <AlertHistory alerts={alerts} currency={currency} />
      </Stack>
    </Paper>
  );
}
