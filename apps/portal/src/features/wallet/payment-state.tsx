import { Badge } from '@mantine/core';
import type { PaymentFieldsFragment, PaymentState } from '../../generated/documents';
import { useStrings } from '../../strings';

const COLOURS: Readonly<Record<PaymentState, string>> = { SUCCEEDED: 'green.9', FAILED: 'red.9', CANCELED: 'gray.7', OPEN: 'blue.9', PENDING: 'yellow.9', PROCESSING: 'yellow.9' };

export function PaymentBadge({ state }: { state: PaymentState }) {
  const { wallet } = useStrings();
  return (
    <Badge variant="dot" color={COLOURS[state]} tt="none">
      {wallet.states[state]}
    </Badge>
  );
}

/** Whether it comes to nothing else by itself. */
export function isOver({ state }: Pick<PaymentFieldsFragment, 'state'>): boolean {
  return state === 'SUCCEEDED' || state === 'FAILED' || state === 'CANCELED';
}
