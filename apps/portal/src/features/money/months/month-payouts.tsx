import { Button, Group, Stack, Table, Text } from '@mantine/core';
import { useState } from 'react';
import { Confirm } from '../../../components/actions/confirm';
import { Answered } from '../../../components/operator/answered';
import { WideTable } from '../../../components/usage/wide-table';
import { useNotice } from '../../../components/actions/use-notice';
import { MonthPayoutsDocument, PreparePayoutsDocument, type PeriodPayoutFieldsFragment } from '../../../generated/documents';
import { useOperatorQuery, useOperatorSend } from '../../../server/use-operator';
import { useMonthsStrings } from '../../../strings/months';
import { PayoutDialog } from './payout-dialog';
import { PayoutRow, type PayoutDoing } from './payout-row';

const SENDING_MS = 3_000;

/** What each provider gets for a closed month, and what is left to do for it. */
export function MonthPayouts({ period, name }: { period: number; name: string }) {
  const { months: strings } = useMonthsStrings();
  const notice = useNotice();
  const sends = (payouts: readonly PeriodPayoutFieldsFragment[] = []) => payouts.some(({ state }) => state === 'SENDING' || state === 'REVERSING');
  const query = useOperatorQuery(MonthPayoutsDocument, { period }, { againInMs: (data) => sends(data?.periodPayouts) && SENDING_MS });
  const [preparing, setPreparing] = useState(false);
  const [doing, setDoing] = useState<PayoutDoing>();
  const prepare = useOperatorSend(PreparePayoutsDocument, ({ preparePayouts }) => {
    notice(strings.prepared(preparePayouts.length));
    setPreparing(false);
  });
  return (
    <Stack gap="sm">
      <Group justify="space-between">
        <Text size="sm" c="dimmed">
          {strings.payoutsText}
        </Text>
        <Button size="xs" variant="default" onClick={() => setPreparing(true)}>
          {strings.prepare}
        </Button>
      </Group>
      <Answered query={query}>
        {({ periodPayouts }) =>
          periodPayouts.length === 0 ? (
            <Text size="sm">{strings.noPayouts}</Text>
          ) : (
            <WideTable label={strings.payoutsOf(name)} minWidth={720}>
              <Table.Tbody>
                {periodPayouts.map((payout) => (
                  <PayoutRow key={payout.id} payout={payout} act={(what) => setDoing({ what, payout })} />
                ))}
              </Table.Tbody>
            </WideTable>
          )
        }
      </Answered>
      <Confirm opened={preparing} title={strings.prepareTitle(name)} verb={strings.prepare} busy={prepare.isPending} error={prepare.error} onConfirm={() => prepare.mutate({ period })} onClose={() => setPreparing(false)}>
        <Text size="sm">{strings.prepareText}</Text>
      </Confirm>
      {doing && <PayoutDialog {...doing} close={() => setDoing(undefined)} />}
    </Stack>
  );
}
