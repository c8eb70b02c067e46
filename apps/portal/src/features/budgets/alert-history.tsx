import { Button, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useFigures } from '../../components/figures';
import { Money } from '../../components/money';
import { SafeText } from '../../components/safe-text';
import type { BudgetFieldsFragment } from '../../generated/documents';
import { useStrings } from '../../strings';

type Alert = BudgetFieldsFragment['alerts'][number];

/** How many are seen before the rest is asked for. */
const SHOWN = 2;

/** The alerts of a budget, newest first, and what became of telling its address. */
export function AlertHistory({ alerts, currency }: { alerts: readonly Alert[]; currency: string }) {
  const { budgets: strings } = useStrings();
  const [all, setAll] = useState(false);
  if (alerts.length === 0) return null;
  return (
    <div>
      <Text size="sm" fw={600}>
        {strings.alerts}
      </Text>
      <Stack component="ul" gap={4} m={0} pl="md">
        {(all ? alerts : alerts.slice(0, SHOWN)).map((alert) => (
          <AlertLine key={alert.id} alert={alert} currency={currency} />
        ))}
      </Stack>
      {alerts.length > SHOWN && (
        <Button variant="subtle" size="compact-xs" onClick={() => setAll(!all)} aria-expanded={all}>
          {all ? strings.fewerAlerts : strings.moreAlerts(alerts.length - SHOWN)}
        </Button>
      )}
    </div>
  );
}

function AlertLine({ alert, currency }: { alert: Alert; currency: string }) {
  const { budgets: strings } = useStrings();
  const { moment, share } = useFigures();
  const { percent, reason, usedNano, limitNano, raisedAt, delivery, attempts, nextAttemptAt, problem } = alert;
  return (
    <Text component="li" size="sm">
      {moment(raisedAt)}: {reason === 'REFUSED' ? strings.refused : strings.passed(share(percent / 100))} (<Money nano={usedNano} currency={currency} /> /{' '}
      <Money nano={limitNano} currency={currency} />)
      {delivery !== 'NONE' && (
        <Text span size="sm" c={delivery === 'FAILED' ? 'var(--mantine-color-error)' : 'dimmed'}>
          {' · '}
          {strings.deliveries[delivery]}
          {delivery !== 'DELIVERED' && attempts > 0 && ` ${strings.attempts(attempts)}`}
          {delivery === 'WAITING' && attempts > 0 && nextAttemptAt != null && `, ${strings.nextAttempt(moment(nextAttemptAt))}`}
          {problem != null && (
            <>
              {': '}
              <SafeText text={problem} />
            </>
          )}
        </Text>
      )}
    </Text>
  );
}
