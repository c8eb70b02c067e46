import { Anchor, Code, Modal, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { parseNano } from '@steelyard/kernel/pricing';
import { Fact, Facts } from '../../components/facts/facts';
import { Failure } from '../../components/failure';
import { useFigures } from '../../components/figures';
import { Money } from '../../components/money';
import { SafeText } from '../../components/safe-text';
import { StripeReceiptDocument, type PaymentFieldsFragment } from '../../generated/documents';
import { ask } from '../../server/ask';
import { useStrings } from '../../strings';
import { PaymentBadge } from './payment-state';

/** Everything of one payment: what became of it, what went back, and Stripe's receipt. */
export function PaymentDialog({ payment, close }: { payment: PaymentFieldsFragment; close: () => void }) {
  const { wallet, shell } = useStrings();
  const { moment } = useFigures();
  const { id, amountNano, currency, method, state, failure, createdAt, settledAt } = payment;
  return (
    <Modal opened onClose={close} title={wallet.payment} size="lg" closeButtonProps={{ 'aria-label': shell.close }}>
      <Stack>
        <Facts>
          <Fact name={wallet.amount}>
            <Money nano={amountNano} currency={currency} />
          </Fact>
          <Fact name={wallet.state}>
            <PaymentBadge state={state} />
          </Fact>
          <Fact name={wallet.by}>{wallet.methods[method]}</Fact>
          <Fact name={wallet.time}>{moment(createdAt)}</Fact>
          {settledAt != null && <Fact name={wallet.settled}>{moment(settledAt)}</Fact>}
          {failure != null && (
            <Fact name={wallet.failure} wide>
              <SafeText text={failure} />
            </Fact>
          )}
          <Fact name={wallet.id} wide>
            <Code fz="xs">{id}</Code>
          </Fact>
        </Facts>
        <Returns payment={payment} />
        {state === 'SUCCEEDED' && <StripeReceipt id={id} />}
      </Stack>
    </Modal>
  );
}

function Returns({ payment: { refunds, disputes, currency } }: { payment: PaymentFieldsFragment }) {
  const { wallet } = useStrings();
  const { moment } = useFigures();
  if (refunds.length + disputes.length === 0) return null;
  return (
    <div>
      <Text size="sm" fw={600}>
        {wallet.returns}
      </Text>
      <Stack component="ul" gap={4} m={0} pl="md">
        {refunds.map(({ id, amountNano, state, reason, failure, createdAt }) => (
          <Text key={id} component="li" size="sm">
            {moment(createdAt)}: <Money nano={amountNano} currency={currency} /> {wallet.refundStates[state]}, <SafeText text={reason} />
            {failure != null && (
              <>
                {' ('}
                <SafeText text={failure} />
                {')'}
              </>
            )}
          </Text>
        ))}
        {disputes.map(({ id, amount, withdrawn, state, reason }) => (
          <Text key={id} component="li" size="sm">
            {wallet.dispute} (<SafeText text={`${reason}, ${state}`} />): <Money nano={parseNano(amount)} currency={currency} />, {wallet.withdrawn} <Money nano={parseNano(withdrawn)} currency={currency} />
          </Text>
        ))}
      </Stack>
    </div>
  );
}

function StripeReceipt({ id }: { id: string }) {
  const { wallet } = useStrings();
  const { data, error, refetch } = useQuery({ queryKey: ['stripe-receipt', id], queryFn: ({ signal }) => ask(StripeReceiptDocument, { paymentId: id }, signal) });
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  if (!data) return <Text size="sm" c="dimmed">{wallet.receiptAsked}</Text>;
  if (data.stripeReceipt == null) return <Text size="sm">{wallet.noReceipt}</Text>;
  return (
    <Anchor href={data.stripeReceipt} target="_blank" rel="noopener noreferrer" size="sm">
      {wallet.receipt}
    </Anchor>
  );
}
