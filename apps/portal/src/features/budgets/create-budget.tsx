import { Button, Group, Modal, Select, Stack } from '@mantine/core';
import { useState, type SubmitEvent } from 'react';
import { useParams } from 'react-router';
import { FormError } from '../../components/form-error';
import { CreateBudgetDocument, type BudgetPeriod } from '../../generated/documents';
import { useSession } from '../../server/session';
import { useSend } from '../../server/use-send';
import { useStrings } from '../../strings';
import { BudgetSummary } from './budget-summary';
import { SubjectFields, type Subject } from './subject-fields';
import { NEW_TERMS, termsInput } from './terms';
import { TermsFields } from './terms-fields';

const PERIODS = ['DAY', 'MONTH', 'TOTAL'] as const satisfies readonly BudgetPeriod[];

/** Opens a budget. */
export function CreateBudget({ close, saved }: { close: () => void; saved: (webhookSecret: string | null | undefined) => void }) {
  const { budgets: strings, shell } = useStrings();
  const { currency } = useSession().platform;
  const { organization = '' } = useParams();
  const [terms, setTerms] = useState(NEW_TERMS);
  const [subject, setSubject] = useState<Subject>({ scope: 'ORGANIZATION', keyId: '', model: '' });
  const [period, setPeriod] = useState<BudgetPeriod>('MONTH');
  const { mutate, isPending, error, data } = useSend(CreateBudgetDocument, {
    changes: [['budgets', organization]],
    done: ({ createBudget }) => createBudget.__typename === 'BudgetSaved' && saved(createBudget.webhookSecret),
  });
  const { scope, keyId, model } = subject;
  const named = scope === 'KEY' ? keyId : scope === 'MODEL' ? model : undefined;

  const send = (event: SubmitEvent) => {
    event.preventDefault();
    mutate({ input: { ...termsInput(terms), scope, period, currency, ...(scope === 'KEY' && { keyId }), ...(scope === 'MODEL' && { model: model.trim() }) } });
  };
  return (
    <Modal opened onClose={close} title={strings.create} size="lg" closeButtonProps={{ 'aria-label': shell.close }}>
      <Stack component="form" onSubmit={send}>
        <TermsFields terms={terms} currency={currency} change={(change) => setTerms({ ...terms, ...change })} result={data?.createBudget} />
        <SubjectFields subject={subject} change={(change) => setSubject({ ...subject, ...change })} result={data?.createBudget} />
        <Select label={strings.period} description={strings.periodText} data={PERIODS.map((value) => ({ value, label: strings.periodNames[value] }))} value={period} onChange={(value) => setPeriod(value as BudgetPeriod)} allowDeselect={false} maw={320} />
        <BudgetSummary terms={terms} scope={scope} subject={named} period={period} currency={currency} />
        <FormError error={error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {shell.cancel}
          </Button>
          <Button type="submit" loading={isPending} disabled={terms.name.trim() === '' || terms.limit.trim() === '' || named === ''}>
            {strings.create}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
