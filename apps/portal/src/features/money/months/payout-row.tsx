import { Badge, Button, Table, Text } from '@mantine/core';
import { Money } from '../../../components/money';
import { SafeText } from '../../../components/safe-text';
import type { PeriodPayoutFieldsFragment } from '../../../generated/documents';
import { useMonthsStrings } from '../../../strings/months';

export interface PayoutDoing {
  readonly what: 'mark-paid' | 'reverse';
  readonly payout: PeriodPayoutFieldsFragment;
}

/** One provider's payout. */
export function PayoutRow({ payout, act }: { payout: PeriodPayoutFieldsFragment; act: (what: PayoutDoing['what']) => void }) {
  const { months: strings } = useMonthsStrings();
  const { organization, amountNano, currency, state, method, reference, failure, waitingFor } = payout;
  const said = waitingFor ?? failure;
  return (
    <Table.Tr>
      <Table.Td>
        <SafeText text={organization} />
      </Table.Td>
      <Table.Td ta="end">
        <Money nano={amountNano} currency={currency} />
      </Table.Td>
      <Table.Td maw={320}>
        <Badge variant="default" tt="none">
          {strings.payoutStates[state]}
        </Badge>
        {said != null && (
          <Text size="xs" c="dimmed">
            <SafeText text={said} />
          </Text>
        )}
        {method === 'OFFLINE' && reference != null && (
          <Text size="xs" c="dimmed">
            {strings.paidBy} <SafeText text={reference} />
          </Text>
        )}
      </Table.Td>
      <Table.Td ta="end">
        {(state === 'WAITING' || state === 'FAILED') && (
          <Button size="xs" variant="default" onClick={() => act('mark-paid')} aria-label={`${strings.markPaid}: ${organization}`}>
            {strings.markPaid}
          </Button>
        )}
        {state === 'PAID' && method === 'STRIPE' && (
          <Button size="xs" variant="default" onClick={() => act('reverse')} aria-label={`${strings.reverse}: ${organization}`}>
            {strings.reverse}
          </Button>
        )}
      </Table.Td>
    </Table.Tr>
  );
}
