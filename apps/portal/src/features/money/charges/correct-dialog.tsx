import { Text } from '@mantine/core';
import { Money } from '../../../components/money';
import { ReasonedDialog } from '../../../components/operator/reasoned-dialog';
import { SafeText } from '../../../components/safe-text';
import { useNotice } from '../../../components/actions/use-notice';
import { CorrectUsageDocument, type ChargeFieldsFragment } from '../../../generated/documents';
import { useOperatorSend } from '../../../server/use-operator';
import { useMonthsStrings } from '../../../strings/months';

/** Takes a charge back, with a credit note. */
export function CorrectDialog({ charge: { id, consumer, provider, amountNano, currency }, close }: { charge: ChargeFieldsFragment; close: () => void }) {
  const { charges: strings } = useMonthsStrings();
  const notice = useNotice();
  const { mutate, isPending, error, data } = useOperatorSend(CorrectUsageDocument, ({ correctUsage }) => {
    if (correctUsage.__typename !== 'UsageCorrected') return;
    const [note] = correctUsage.creditNotes;
    notice(strings.corrected(note!.number, `${note!.total} ${note!.currency.toUpperCase()}`));
    close();
  });
  const refusal = data?.correctUsage.__typename === 'CorrectionRefused' ? data.correctUsage.problems[0] : undefined;
  return (
    <ReasonedDialog
      title={strings.takeBack}
      verb={strings.takeBack}
      danger
      label={strings.reason}
      hint={strings.correctionReason}
      busy={isPending}
      error={error ?? (refusal && new Error(strings.problems[refusal.problem]))}
      send={(reason) => mutate({ input: { eventIds: [id], reason } })}
      close={close}
    >
      <Text size="sm">
        <Money nano={amountNano} currency={currency} />: <SafeText text={provider} /> → <SafeText text={consumer} />
      </Text>
      <Text size="sm">{strings.takeBackText}</Text>
    </ReasonedDialog>
  );
}
