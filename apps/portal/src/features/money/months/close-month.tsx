import { List, Stack, Text } from '@mantine/core';
import { Confirm } from '../../../components/actions/confirm';
import { useMonth } from '../../../components/operator/month';
import { CloseMonthDocument, type MonthFieldsFragment } from '../../../generated/documents';
import { useOperatorSend } from '../../../server/use-operator';
import { useMonthsStrings } from '../../../strings/months';

/** Says what closing a month means, and closes it. `before`: how many open months before it are closed with it. */
export function CloseMonth({ month: { period }, before, close }: { month: MonthFieldsFragment; before: number; close: () => void }) {
  const { months: strings } = useMonthsStrings();
  const name = useMonth()(period);
  const { mutate, isPending, error } = useOperatorSend(CloseMonthDocument, close);
  return (
    <Confirm opened title={strings.closeTitle(name)} verb={strings.close} busy={isPending} error={error} onConfirm={() => mutate({ period })} onClose={close}>
      <Stack gap="sm">
        {before > 0 && <Text size="sm">{strings.closesBefore(before)}</Text>}
        <List size="sm" spacing="xs">
          {strings.closeMeans.map((line) => (
            <List.Item key={line}>{line}</List.Item>
          ))}
        </List>
      </Stack>
    </Confirm>
  );
}
