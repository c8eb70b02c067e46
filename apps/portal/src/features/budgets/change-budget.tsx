import { Button, Checkbox, Group, Modal, Stack } from '@mantine/core';
import { useState, type SubmitEvent } from 'react';
import { useParams } from 'react-router';
import { FormError } from '../../components/form-error';
import { ChangeBudgetDocument, type BudgetFieldsFragment } from '../../generated/documents';
import { useSend } from '../../server/use-send';
import { useStrings } from '../../strings';
import { BudgetSummary } from './budget-summary';
import { termsInput, type Terms } from './terms';
import { TermsFields } from './terms-fields';

interface ChangeBudgetProps {
  readonly budget: BudgetFieldsFragment;
  readonly close: () => void;
  readonly saved: (webhookSecret: string | null | undefined) => void;
}

/** Changes a budget's terms; whose calls it is for, and how long its windows are, stay. */
export function ChangeBudget({ budget, close, saved }: ChangeBudgetProps) {
  const { budgets: strings, shell } = useStrings();
  const { organization = '' } = useParams();
  const { id, scope, key, model, period, currency } = budget;
  const [terms, setTerms] = useState<Terms>(() => ({ name: budget.name, limit: budget.limit, hard: budget.hard, alertPercents: budget.alertPercents.map(String), webhook: budget.webhook ?? '' }));
  const [newWebhookSecret, setNewSecret] = useState(false);
  const { mutate, isPending, error, data } = useSend(ChangeBudgetDocument, {
    changes: [['budgets', organization]],
    done: ({ changeBudget }) => changeBudget.__typename === 'BudgetSaved' && saved(changeBudget.webhookSecret),
  });
  const keepsAddress = budget.webhook != null && terms.webhook.trim() === budget.webhook;

  const send = (event: SubmitEvent) => {
    event.preventDefault();
    mutate({ input: { id, ...termsInput(terms), newWebhookSecret: newWebhookSecret && keepsAddress } });
  };
  return (
    <Modal opened onClose={close} title={strings.changeTitle} size="lg" closeButtonProps={{ 'aria-label': shell.close }}>
      <Stack component="form" onSubmit={send}>
        <TermsFields terms={terms} currency={currency} change={(change) => setTerms({ ...terms, ...change })} result={data?.changeBudget} />
        {keepsAddress && <Checkbox label={strings.newSecret} description={strings.newSecretText} checked={newWebhookSecret} onChange={({ currentTarget }) => setNewSecret(currentTarget.checked)} />}
        <BudgetSummary terms={terms} scope={scope} subject={key?.name ?? key?.id ?? model?.ref ?? model?.id} period={period} currency={currency} />
        <FormError error={error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {shell.cancel}
          </Button>
          <Button type="submit" loading={isPending} disabled={terms.name.trim() === '' || terms.limit.trim() === ''}>
            {strings.save}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
