import { Alert } from '@mantine/core';
import { SafeText } from '../../components/safe-text';
import { Caution } from '../../components/caution';
import type { PaymentFieldsFragment } from '../../generated/documents';
import { useStrings } from '../../strings';

/** A payment that was sent and has neither come nor led to a page. */
export function TopUpOutcome({ payment: { state, failure } }: { payment: PaymentFieldsFragment }) {
  const { wallet } = useStrings();
  if (state === 'FAILED' || state === 'CANCELED') {
    return (
      <Alert color="red" variant="light" title={wallet.declined} role="alert">
        {failure != null && <SafeText text={failure} />} {wallet.declinedText}
      </Alert>
    );
  }
  if (state === 'PENDING') return <Caution title={wallet.unknown}>{wallet.unknownText}</Caution>;
  return state === 'PROCESSING' ? <Caution title={wallet.states.PROCESSING}>{wallet.processingText}</Caution> : null;
}
