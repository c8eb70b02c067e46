import { Anchor, Button, Group, Stack, Table, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useParams } from 'react-router';
import { parseNano } from '@steelyard/kernel/pricing';
import { Failure } from '../../components/failure';
import { useFigures } from '../../components/figures';
import { formatMoney, Money } from '../../components/money';
import { Section } from '../../components/section';
import { WideTable } from '../../components/usage/wide-table';
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

function PaymentTable({ payments, open }: { payments: readonly PaymentFieldsFragment[]; open: (id: string) => void }) {
  const { wallet } = useStrings();
  return (
    <WideTable label={wallet.history} minWidth={620}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col">{wallet.time}</Table.Th>
          <Table.Th scope="col">{wallet.state}</Table.Th>
          <Table.Th scope="col">{wallet.by}</Table.Th>
          <Table.Th scope="col" ta="end">
            {wallet.amount}
          </Table.Th>
          <Table.Th scope="col" ta="end">
            {wallet.refunded}
          </Table.Th>
          <Table.Th scope="col">{wallet.details}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {payments.map((payment) => (
          <PaymentRow key={payment.id} payment={payment} open={() => open(payment.id)} />
        ))}
      </Table.Tbody>
    </WideTable>
  );
}

function PaymentRow({ payment: { amountNano, currency, state, method, refunded, createdAt, checkoutUrl }, open }: { payment: PaymentFieldsFragment; open: () => void }) {
  const { strings: { wallet }, language } = useLanguage();
  const { moment } = useFigures();
  const { can } = useSession();
  const time = moment(createdAt);
  const refundedNano = parseNano(refunded);
  return (
    <Table.Tr>
      <Table.Td>{time}</Table.Td>
      <Table.Td>
        <PaymentBadge state={state} />
      </Table.Td>
      <Table.Td>{wallet.methods[method]}</Table.Td>
      <Table.Td ta="end">
        <Money nano={amountNano} currency={currency} />
      </Table.Td>
      <Table.Td ta="end">{refundedNano > 0n && <Money nano={refundedNano} currency={currency} />}</Table.Td>
      <Table.Td>
        <Group gap="xs" wrap="nowrap">
          <Button size="compact-sm" variant="default" onClick={open} aria-haspopup="dialog" aria-label={wallet.detailsOf(formatMoney(amountNano, currency, language), time)}>
            {wallet.details}
          </Button>
          {checkoutUrl != null && can('payments:manage') && (
            <Anchor href={checkoutUrl} size="sm">
              {wallet.goOn}
            </Anchor>
          )}
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}
