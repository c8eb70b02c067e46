import { Text } from '@mantine/core';
import { useParams } from 'react-router';
import { Confirm } from '../../components/actions/confirm';
import { SafeText } from '../../components/safe-text';
import { EndBudgetDocument, type BudgetFieldsFragment } from '../../generated/documents';
import { useSend } from '../../server/use-send';
import { useStrings } from '../../strings';

export function EndBudget({ budget, close }: { budget: BudgetFieldsFragment; close: () => void }) {
  const { budgets: strings } = useStrings();
  const { organization = '' } = useParams();
  const { mutate, isPending, error } = useSend(EndBudgetDocument, { changes: [['budgets', organization]], done: close });
  return (
    <Confirm opened danger title={strings.endTitle} verb={strings.end} busy={isPending} error={error} onConfirm={() => mutate({ id: budget.id })} onClose={close}>
      <Text>
        <SafeText text={budget.name} />: {strings.endText}
      </Text>
    </Confirm>
  );
}
