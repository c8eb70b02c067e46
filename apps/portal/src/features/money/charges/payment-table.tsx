import { Button, Table, Text } from '@mantine/core';
import { useFigures } from '../../../components/figures';
import { Money } from '../../../components/money';
import { SafeText } from '../../../components/safe-text';
import { WideTable } from '../../../components/usage/wide-table';
import { useStrings } from '../../../strings';
import type { PaidPayment } from './organization-refunds';
import { refundableNano } from './refundable';

/** Payments, newest first, and what has gone back of them. */
export function PaymentTable({ payments, refund }: { payments: readonly PaidPayment[]; refund: (payment: PaidPayment) => void }) {
  const { charges: strings } = useStrings();
  const { moment } = useFigures();
  return (
    <WideTable label={strings.payments} minWidth={720}>
      <Table.Thead>
        <Table.Tr>
          {[strings.columns.when, strings.columns.amount, strings.columns.state, strings.columns.refunded].map((title) => (
            <Table.Th key={title}>{title}</Table.Th>
          ))}
          <Table.Td />
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {payments.map((payment) => (
          <Table.Tr key={payment.id}>
            <Table.Td>{moment(payment.createdAt)}</Table.Td>
            <Table.Td>
              <Money nano={payment.amountNano} currency={payment.currency} />
            </Table.Td>
            <Table.Td>{strings.paymentStates[payment.state]}</Table.Td>
            <Table.Td>
              {payment.refunds.map(({ id, amount, state, reason, failure }) => (
                <Text key={id} size="sm">
                  {amount} ({strings.refundStates[state]}): <SafeText text={failure ?? reason} />
                </Text>
              ))}
            </Table.Td>
            <Table.Td ta="end">
              {payment.state === 'SUCCEEDED' && refundableNano(payment) > 0n && (
                <Button size="xs" variant="default" onClick={() => refund(payment)} aria-label={`${strings.refund}: ${payment.amount} ${payment.currency}`}>
                  {strings.refund}
                </Button>
              )}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </WideTable>
  );
}
