import { Alert, Anchor, Stack, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useParams } from 'react-router';
import { Failure } from '../../components/failure';
import { Money } from '../../components/money';
import { SafeText } from '../../components/safe-text';
import { RefreshPaymentDocument, type PaymentFieldsFragment } from '../../generated/documents';
import { ask } from '../../server/ask';
import { useStrings } from '../../strings';
import { isOver } from './payment-state';

const AGAIN_MS = 3_000;

/** What became of the payment that somebody comes back from. Stripe is asked, so that its own message need not be waited for. */
export function Returned({ id, canceled, close }: { id: string; canceled: boolean; close: () => void }) {
  const { organization = '' } = useParams();
  const queries = useQueryClient();
  const isWaiting = (payment: PaymentFieldsFragment | undefined) => !(payment && (isOver(payment) || (canceled && payment.state === 'OPEN')));
  const { data, error, refetch } = useQuery({
    queryKey: ['returned', organization, id],
    queryFn: ({ signal }) => ask(RefreshPaymentDocument, { id }, signal),
    refetchInterval: ({ state }) => state.status !== 'error' && isWaiting(state.data?.refreshPayment) && AGAIN_MS,
    gcTime: 0,
  });
  const payment = data?.refreshPayment;
  const state = payment?.state;
  useEffect(() => {
    if (state) void queries.invalidateQueries({ queryKey: ['payments', organization] });
  }, [state, organization, queries]);

  if (error) return <Failure error={error} retry={() => void refetch()} />;
  return <Became payment={payment} canceled={canceled} close={close} />;
}

function Became({ payment, canceled, close }: { payment: PaymentFieldsFragment | undefined; canceled: boolean; close: () => void }) {
  const { wallet, shell } = useStrings();
  const { title, text, color } = sayingOf(payment, { canceled, wallet });
  return (
    <Alert color={color} variant="light" title={title} role="status" withCloseButton onClose={close} closeButtonLabel={shell.close}>
      <Stack gap={4} align="flex-start">
        {payment && (
          <Text size="sm">
            <Money nano={payment.amountNano} currency={payment.currency} />
            {': '}
            {text}
          </Text>
        )}
        {payment?.failure != null && (
          <Text size="sm">
            <SafeText text={payment.failure} />
          </Text>
        )}
        {payment?.checkoutUrl != null && (
          <Anchor href={payment.checkoutUrl} size="sm">
            {wallet.goOn}
          </Anchor>
        )}
      </Stack>
    </Alert>
  );
}

function sayingOf(payment: PaymentFieldsFragment | undefined, { canceled, wallet }: { canceled: boolean; wallet: ReturnType<typeof useStrings>['wallet'] }) {
  if (!payment) return { title: wallet.asking, text: '', color: 'blue' };
  if (payment.state === 'SUCCEEDED') return { title: wallet.paid, text: wallet.inWallet, color: 'green' };
  if (isOver(payment)) return { title: wallet.declined, text: wallet.declinedText, color: 'red' };
  if (canceled && payment.state === 'OPEN') return { title: wallet.notPaid, text: wallet.notPaidText, color: 'orange' };
  return { title: wallet.states.PROCESSING, text: wallet.processingText, color: 'blue' };
}
