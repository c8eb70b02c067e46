import { Text } from '@mantine/core';
import { Money } from '../../../components/money';
import { ReasonedDialog } from '../../../components/operator/reasoned-dialog';
import { SafeText } from '../../../components/safe-text';
import { MarkPayoutPaidDocument, ReversePayoutDocument } from '../../../generated/documents';
import { useOperatorSend } from '../../../server/use-operator';
import { useMonthsStrings } from '../../../strings/months';
import type { PayoutDoing } from './payout-row';

/** Writes down that a payout was paid by other means, or has Stripe take one back. */
export function PayoutDialog({ what, payout: { id, organization, amountNano, currency }, close }: PayoutDoing & { close: () => void }) {
  const { months: strings } = useMonthsStrings();
  const mark = useOperatorSend(MarkPayoutPaidDocument, close);
  const reverse = useOperatorSend(ReversePayoutDocument, close);
  const isMark = what === 'mark-paid';
  return (
    <ReasonedDialog
      title={isMark ? strings.markPaid : strings.reverse}
      verb={isMark ? strings.markPaid : strings.reverse}
      danger={!isMark}
      label={isMark ? strings.reference : strings.reason}
      hint={isMark ? strings.referenceHint : strings.reasonHint}
      busy={mark.isPending || reverse.isPending}
      error={mark.error ?? reverse.error}
      send={(text) => (isMark ? mark.mutate({ id, reference: text }) : reverse.mutate({ id, reason: text }))}
      close={close}
    >
      <Text size="sm">
        <SafeText text={organization} />: <Money nano={amountNano} currency={currency} />
      </Text>
      <Text size="sm">{isMark ? strings.markPaidText : strings.reverseText}</Text>
    </ReasonedDialog>
  );
}
