import { Anchor, Button, Group, Stack, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useParams } from 'react-router';
import { parseNano } from '@steelyard/kernel/pricing';
import { Failure } from '../../components/failure';
import { useFigures } from '../../components/figures';
import { formatMoney, Money } from '../../components/money';
import { Section } from '../../components/section';
import { DataTable, type Column } from '../../components/usage/data-table';
import { Waiting } from '../../components/waiting';
import { PaymentHistoryDocument, type PaymentFieldsFragment } from '../../generated/documents';
import { ask } from '../../server/ask';
import { useSession } from '../../server/session';
import { useLanguage, useStrings } from '../../strings';
import { PaymentDialog } from './payment-dialog';
import { isOver, PaymentBadge } from './payment-state';

const REFRESH_MS = 10_000;

/** What was paid in, newest first, and what became of it. */
export function PaymentHistory() {
  const { wallet } = useStrings();
  const { organization = '' } = useParams();
  const [opened, setOpened] = useState<string>();
  const { data, error, refetch, fetchNextPage, hasNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ['payments', organization],
    queryFn: ({ pageParam, signal }) => ask(PaymentHistoryDocument, { after: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ payments: { history } }) => (history.pageInfo.hasNextPage ? history.pageInfo.endCursor : undefined),
    refetchInterval: ({ state }) => !(state.data?.pages ?? []).flatMap((page) => page.payments.history.nodes).every(isOver) && REFRESH_MS,
  });
  const payments = data?.pages.flatMap((page) => page.payments.history.nodes) ?? [];
  const shown = payments.find(({ id }) => id === opened);
  return (
    <Section title={wallet.history}>
      {error && <Failure error={error} retry={() => void refetch()} />}
      {!data && !error && <Waiting />}
      {data && payments.length === 0 && <Text c="dimmed">{wallet.none}</Text>}
      {payments.length > 0 && (
        <Stack gap="sm">
          <PaymentTable payments={payments} open={setOpened} />
          {hasNextPage && (
            <Button variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()} style={{ alignSelf: 'center' }}>
              {wallet.more}
            </Button>
          )}
        </Stack>
      )}
      {shown && <PaymentDialog payment={shown} close={() => setOpened(undefined)} />}
    </Section>
  );
}

type Payment = PaymentFieldsFragment;

function PaymentTable({ payments, open }: { payments: readonly Payment[]; open: (id: string) => void }) {
  const { wallet } = useStrings();
  const { moment } = useFigures();
  const columns: Column<Payment>[] = [
    { head: wallet.time, cell: ({ createdAt }) => moment(createdAt) },
    { head: wallet.state, cell: ({ state }) => <PaymentBadge state={state} /> },
    { head: wallet.by, cell: ({ method }) => wallet.methods[method] },
    { head: wallet.amount, figure: true, cell: ({ amountNano, currency }) => <Money nano={amountNano} currency={currency} /> },
    { head: wallet.refunded, figure: true, cell: ({ refunded, currency }) => parseNano(refunded) > 0n && <Money nano={parseNano(refunded)} currency={currency} /> },
    { head: wallet.details, cell: (payment) => <PaymentActions payment={payment} open={() => open(payment.id)} /> },
  ];
  return <DataTable label={wallet.history} minWidth={620} columns={columns} rows={payments} keyOf={({ id }) => id} />;
}

function PaymentActions({ payment: { amountNano, currency, createdAt, checkoutUrl }, open }: { payment: Payment; open: () => void }) {
  const { strings: { wallet }, language } = useLanguage();
  const { moment } = useFigures();
  const { can } = useSession();
  return (
    <Group gap="xs" wrap="nowrap">
      <Button size="compact-sm" variant="default" onClick={open} aria-haspopup="dialog" aria-label={wallet.detailsOf(formatMoney(amountNano, currency, language), moment(createdAt))}>
        {wallet.details}
      </Button>
      {checkoutUrl != null && can('payments:manage') && (
        <Anchor href={checkoutUrl} size="sm">
          {wallet.goOn}
        </Anchor>
      )}
    </Group>
  );
}
