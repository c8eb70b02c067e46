import { Button, Text } from '@mantine/core';
import { useFigures } from '../../../components/figures';
import { Money } from '../../../components/money';
import { SafeText } from '../../../components/safe-text';
import { DataTable, type Column } from '../../../components/usage/data-table';
import { useMonthsStrings } from '../../../strings/months';
import { refundableNano, type PaidPayment } from './refundable';

/** Payments, newest first, and what has gone back of them. */
export function PaymentTable({ payments, refund }: { payments: readonly PaidPayment[]; refund: (payment: PaidPayment) => void }) {
  const { charges: strings } = useMonthsStrings();
  const { moment } = useFigures();
  const columns: Column<PaidPayment>[] = [
    { head: strings.columns.when, cell: ({ createdAt }) => moment(createdAt) },
    { head: strings.columns.amount, cell: ({ amountNano, currency }) => <Money nano={amountNano} currency={currency} /> },
    { head: strings.columns.state, cell: ({ state }) => strings.paymentStates[state] },
    { head: strings.columns.refunded, cell: ({ refunds }) => <Refunds refunds={refunds} /> },
    { head: strings.refund, figure: true, cell: (payment) => <RefundButton payment={payment} refund={refund} /> },
  ];
  return <DataTable label={strings.payments} minWidth={720} columns={columns} rows={payments} keyOf={({ id }) => id} />;
}

function Refunds({ refunds }: Pick<PaidPayment, 'refunds'>) {
  const { charges: strings } = useMonthsStrings();
  return refunds.map(({ id, amount, state, reason, failure }) => (
    <Text key={id} size="sm">
      {amount} ({strings.refundStates[state]}): <SafeText text={failure ?? reason} />
    </Text>
  ));
}

function RefundButton({ payment, refund }: { payment: PaidPayment; refund: (payment: PaidPayment) => void }) {
  const { charges: strings } = useMonthsStrings();
  if (payment.state !== 'SUCCEEDED' || refundableNano(payment) <= 0n) return null;
  return (
    <Button size="xs" variant="default" onClick={() => refund(payment)} aria-label={`${strings.refund}: ${payment.amount} ${payment.currency}`}>
      {strings.refund}
    </Button>
  );
}
