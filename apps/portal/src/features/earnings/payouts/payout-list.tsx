import { Badge, Button, Stack, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Failure } from '../../../components/failure';
import { useFigures } from '../../../components/figures';
import { Money } from '../../../components/money';
import { SafeText } from '../../../components/safe-text';
import { Section } from '../../../components/section';
import { DataTable, type Column } from '../../../components/usage/data-table';
import { Waiting } from '../../../components/waiting';
import { PayoutsDocument, type PayoutsQuery } from '../../../generated/documents';
import { ask } from '../../../server/ask';
import { useSession } from '../../../server/session';
import { useStrings } from '../../../strings';
import { PayoutAccountView } from './payout-account-view';

type Payout = PayoutsQuery['payouts']['nodes'][number];

/** What has been paid out and what waits for what, and the account that it goes to. */
export function PayoutList() {
  const { payouts } = useStrings();
  const { membership } = useSession();
  const { data, error, refetch, fetchNextPage, hasNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ['payouts', membership?.organization.id],
    queryFn: ({ pageParam, signal }) => ask(PayoutsDocument, { after: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: ({ payouts: { pageInfo } }) => (pageInfo.hasNextPage ? pageInfo.endCursor : undefined),
  });
  const found = data?.pages.flatMap((page) => page.payouts.nodes);
  const [first] = data?.pages ?? [];
  return (
    <Section title={payouts.title} text={payouts.text}>
      {error && <Failure error={error} retry={() => void refetch()} />}
      {!data && !error && <Waiting />}
      {first && (
        <Stack>
          <PayoutAccountView account={first.payoutAccount} isConfigured={first.payments.configured} />
          {found?.length === 0 && <Text size="sm">{payouts.none}</Text>}
          {found !== undefined && found.length > 0 && <PayoutTable payouts={found} />}
          {hasNextPage && (
            <div>
              <Button variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
                {payouts.more}
              </Button>
            </div>
          )}
        </Stack>
      )}
    </Section>
  );
}

function PayoutTable({ payouts: rows }: { payouts: readonly Payout[] }) {
  const { payouts } = useStrings();
  const { month } = useFigures();
  const columns: Column<Payout>[] = [
    { head: payouts.month, names: true, cell: ({ period }) => month(period) },
    { head: payouts.amount, figure: true, cell: ({ amountNano, currency }) => <Money nano={amountNano} currency={currency} /> },
    { head: payouts.state, cell: ({ state }) => <Badge variant="default" tt="none">{payouts.states[state]}</Badge> },
    { head: payouts.about, cell: (payout) => <About payout={payout} /> },
  ];
  return <DataTable label={payouts.title} minWidth={560} columns={columns} rows={rows} keyOf={({ id }) => id} />;
}

function About({ payout: { state, method, waitingFor, reference, failure, settledAt } }: { payout: Payout }) {
  const { payouts } = useStrings();
  const { moment } = useFigures();
  return (
    <>
      {waitingFor !== null && <SafeText text={payouts.waitingFor(waitingFor)} />}
      {failure !== null && <SafeText text={failure} />}
      {state === 'PAID' && settledAt !== null && payouts.paidOn(payouts.methods[method], moment(settledAt))}
      {reference !== null && (
        <>
          {' · '}
          <SafeText text={reference} />
        </>
      )}
    </>
  );
}
