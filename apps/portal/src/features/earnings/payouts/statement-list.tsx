import { Button, Code, Group, Paper, Stack, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { DownloadDocument } from '../../../components/verify/download-document';
import { Failure } from '../../../components/failure';
import { useFigures } from '../../../components/figures';
import { Money } from '../../../components/money';
import { SafeText } from '../../../components/safe-text';
import { Section } from '../../../components/section';
import { DataTable, type Column } from '../../../components/usage/data-table';
import { VerifyDocument } from '../../../components/verify/verify-document';
import { Waiting } from '../../../components/waiting';
import { StatementsDocument, type StatementsQuery } from '../../../generated/documents';
import { ask } from '../../../server/ask';
import { useSession } from '../../../server/session';
import { useStrings } from '../../../strings';

type Statement = StatementsQuery['statements']['nodes'][number];

/** What each month came to, as it was issued: to read, to keep, and to compute again. */
export function StatementList() {
  const { payouts } = useStrings();
  const { membership } = useSession();
  const { data, error, refetch, fetchNextPage, hasNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ['statements', membership?.organization.id],
    queryFn: ({ pageParam, signal }) => ask(StatementsDocument, { after: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: ({ statements: { pageInfo } }) => (pageInfo.hasNextPage ? pageInfo.endCursor : undefined),
  });
  const statements = data?.pages.flatMap((page) => page.statements.nodes);
  return (
    <Section title={payouts.statements} text={payouts.statementsText}>
      {error && <Failure error={error} retry={() => void refetch()} />}
      {!statements && !error && <Waiting />}
      {statements?.length === 0 && <Text size="sm">{payouts.noStatements}</Text>}
      {statements !== undefined && statements.length > 0 && (
        <Stack component="ul" gap="xs" m={0} p={0} style={{ listStyle: 'none' }}>
          {statements.map((statement) => (
            <StatementCard key={statement.id} statement={statement} />
          ))}
        </Stack>
      )}
      {hasNextPage && (
        <Button variant="default" mt="sm" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {payouts.more}
        </Button>
      )}
    </Section>
  );
}

function StatementCard({ statement }: { statement: Statement }) {
  const { payouts } = useStrings();
  const { month } = useFigures();
  const [open, setOpen] = useState(false);
  const { number, period, currency, netNano, grossNano, feeNano, correctedNano, hash, file } = statement;
  return (
    <Paper component="li" withBorder p="sm" data-statement={number}>
      <Group justify="space-between">
        <div>
          <Text fw={600}>
            {month(period)} · <Money nano={netNano} currency={currency} />
          </Text>
          <Text size="sm" c="dimmed">
            {number} · {payouts.gross} <Money nano={grossNano} currency={currency} /> · {payouts.fee} <Money nano={feeNano} currency={currency} />
            {BigInt(correctedNano) > 0n && (
              <>
                {' · '}
                {payouts.takenBack} <Money nano={correctedNano} currency={currency} />
              </>
            )}
          </Text>
        </div>
        <Button size="xs" variant="default" aria-expanded={open} aria-label={payouts.detailsOf(number)} onClick={() => setOpen(!open)}>
          {payouts.details}
        </Button>
      </Group>
      {open && (
        <Stack gap="sm" mt="sm">
          <StatementLines statement={statement} />
          <Text size="sm">
            {payouts.hash}{' '}
            <Code fz="xs" style={{ overflowWrap: 'anywhere' }}>
              {hash}
            </Code>
          </Text>
          <div>
            <DownloadDocument address={file} number={number} />
          </div>
          <VerifyDocument address={file} hash={hash} />
        </Stack>
      )}
    </Paper>
  );
}

function StatementLines({ statement: { number, lines, currency } }: { statement: Statement }) {
  const { payouts, usage } = useStrings();
  const { count } = useFigures();
  const columns: Column<Statement['lines'][number]>[] = [
    { head: usage.model, names: true, cell: ({ name, modelId }) => <SafeText text={name ?? modelId} /> },
    { head: usage.calls, figure: true, cell: ({ calls }) => count(calls) },
    { head: payouts.gross, figure: true, cell: ({ grossNano }) => <Money nano={grossNano} currency={currency} /> },
    { head: payouts.fee, figure: true, cell: ({ feeNano }) => <Money nano={feeNano} currency={currency} /> },
    { head: payouts.net, figure: true, cell: ({ netNano }) => <Money nano={netNano} currency={currency} /> },
  ];
  return <DataTable label={payouts.detailsOf(number)} minWidth={560} columns={columns} rows={lines} keyOf={({ modelId }) => modelId} />;
}
