import { Button, Group, Stack, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Confirm } from '../../../components/actions/confirm';
import { Failure } from '../../../components/failure';
import { useFigures } from '../../../components/figures';
import { DAY_MS } from '../../../components/usage/period';
import { Waiting } from '../../../components/waiting';
import { useNotice } from '../../../components/actions/use-notice';
import { RebuildUsageSumsDocument, UsageSumsMatchDocument } from '../../../generated/documents';
import { useOperator } from '../../../server/use-operator';
import { useStrings } from '../../../strings';

const DAYS = 7;

/** The last days up to now. A longer time is for the command line, which shows how far it is. */
function lastDays(): { from: string; to: string } {
  const today = Math.floor(Date.now() / DAY_MS) * DAY_MS;
  return { from: new Date(today - (DAYS - 1) * DAY_MS).toISOString(), to: new Date(today + DAY_MS).toISOString() };
}

/** Whether the hourly sums that usage is shown and limited by are what the calls add up to, and the means when they are not. */
export function UsageSums() {
  const { books: strings } = useStrings();
  const notice = useNotice();
  const operator = useOperator();
  const { count } = useFigures();
  const [asking, setAsking] = useState(false);
  const { data, error, refetch, isFetching } = useQuery({ queryKey: ['usage-sums'], queryFn: () => operator.ask(UsageSumsMatchDocument, lastDays()), staleTime: Infinity });
  const rebuild = useMutation({
    mutationFn: () => operator.ask(RebuildUsageSumsDocument, lastDays()),
    onSuccess: ({ rebuildUsageHours: { made, wrong } }) => {
      setAsking(false);
      notice(strings.sumsRebuilt(count(made), count(wrong)));
      void refetch();
    },
  });

  if (error) return <Failure error={error} retry={() => void refetch()} />;
  if (!data) return <Waiting />;
  const { match, wrong } = data.usageHoursMatch;
  return (
    <Stack gap="sm" align="flex-start">
      <Text role={match ? undefined : 'alert'} c={match ? undefined : 'red.9'}>
        {match ? strings.sumsMatch(DAYS) : strings.sumsWrong(count(wrong), DAYS)}
      </Text>
      <Group gap="sm">
        <Button variant="default" loading={isFetching} onClick={() => void refetch()}>
          {strings.checkSums}
        </Button>
        <Button variant="default" onClick={() => setAsking(true)}>
          {strings.rebuildSums}
        </Button>
      </Group>
      <Confirm
        opened={asking}
        title={strings.rebuildSums}
        verb={strings.rebuildSums}
        busy={rebuild.isPending}
        error={rebuild.error}
        onConfirm={() => rebuild.mutate()}
        onClose={() => setAsking(false)}
      >
        <Text>{strings.rebuildSumsText(DAYS)}</Text>
      </Confirm>
    </Stack>
  );
}
