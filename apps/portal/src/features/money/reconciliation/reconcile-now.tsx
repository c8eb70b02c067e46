import { Button, Group, Stack, TextInput } from '@mantine/core';
import { useState, type SubmitEvent } from 'react';
import { FormError } from '../../../components/form-error';
import { DAY_MS } from '../../../components/usage/period';
import { useNotice } from '../../../components/actions/use-notice';
import { ReconcileDocument } from '../../../generated/documents';
import { useOperatorSend } from '../../../server/use-operator';
import { useMonthsStrings } from '../../../strings/months';

const yesterday = () => new Date(Date.now() - DAY_MS).toISOString().slice(0, 10);

/** Holds a day against Stripe now, however often. It changes nothing but what is known of that day. */
export function ReconcileNow() {
  const { reconciliation: strings } = useMonthsStrings();
  const notice = useNotice();
  const [day, setDay] = useState(yesterday);
  const { mutate, isPending, error } = useOperatorSend(ReconcileDocument, ({ reconcile: { day: done, differences } }) =>
    notice(strings.ran(done, differences.length), differences.length > 0 ? 'bad' : 'good'),
  );
  const send = (event: SubmitEvent) => {
    event.preventDefault();
    mutate({ day });
  };
  return (
    <Stack component="form" gap="sm" onSubmit={send}>
      <Group align="flex-end">
        <TextInput type="date" label={strings.day} description={strings.dayText} value={day} max={yesterday()} onChange={({ currentTarget }) => setDay(currentTarget.value)} />
        <Button type="submit" loading={isPending} disabled={day === ''}>
          {strings.run}
        </Button>
      </Group>
      <FormError error={error} />
    </Stack>
  );
}
