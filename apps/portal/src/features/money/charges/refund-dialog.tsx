import { Text, TextInput } from '@mantine/core';
import { formatNano } from '@steelyard/kernel/pricing';
import { useState } from 'react';
import { newUuid } from '../../../browser/new-uuid';
import { ReasonedDialog } from '../../../components/operator/reasoned-dialog';
import { fieldError } from '../../../components/form-error';
import { useNotice } from '../../../components/actions/use-notice';
import { RefundPaymentDocument } from '../../../generated/documents';
import { useOperatorSend } from '../../../server/use-operator';
import { useMonthsStrings } from '../../../strings/months';
import { refundableNano, type PaidPayment } from './refundable';

const FIELDS = { 'PAYMENTS.AMOUNT_INVALID': 'amount', 'PAYMENTS.REFUND_ABOVE_PAYMENT': 'amount', 'PAYMENTS.REFUND_ABOVE_BALANCE': 'amount' } as const;

/** Gives money of a payment back to who paid it. Pressed twice, it is given once: the refund has its id from here. */
export function RefundDialog({ payment, close }: { payment: PaidPayment; close: () => void }) {
  const { charges: strings } = useMonthsStrings();
  const notice = useNotice();
  const most = formatNano(refundableNano(payment));
  const [amount, setAmount] = useState(most);
  const [id, setId] = useState(newUuid);
  const { mutate, isPending, error } = useOperatorSend(RefundPaymentDocument, ({ refundPayment: { amount: given, state, failure } }) => {
    const failed = state === 'FAILED';
    notice(failed ? strings.refundFailed(failure ?? '') : strings.refundStarted(given, state === 'SUCCEEDED'), failed ? 'bad' : 'good');
    close();
  });
  const change = (text: string) => {
    setAmount(text);
    setId(newUuid());
  };
  const atField = fieldError(error, FIELDS, 'amount');
  return (
    <ReasonedDialog
      title={strings.refund}
      verb={strings.refund}
      danger
      label={strings.reason}
      hint={strings.refundReason}
      busy={isPending}
      error={atField === undefined ? error : undefined}
      send={(reason) => mutate({ input: { id, paymentId: payment.id, amount, reason } })}
      close={close}
    >
      <Text size="sm">{strings.refundText}</Text>
      <TextInput label={strings.refundAmount(payment.currency.toUpperCase())} description={strings.refundMost(most)} inputMode="decimal" value={amount} error={atField} onChange={({ currentTarget }) => change(currentTarget.value)} />
    </ReasonedDialog>
  );
}
