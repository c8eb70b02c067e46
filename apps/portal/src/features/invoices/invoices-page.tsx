import { Button, Stack } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useParams } from 'react-router';
import { EmptyState } from '../../components/empty-state';
import { Failure } from '../../components/failure';
import { PageHeader } from '../../components/page-header';
import { Section } from '../../components/section';
import { VerifyFile } from '../../components/verify/verify-file';
import { Waiting } from '../../components/waiting';
import { InvoicesDocument } from '../../generated/documents';
import { ask } from '../../server/ask';
import { useStrings } from '../../strings';
import { InvoiceTable } from './invoice-table';

/** Invoices and credit notes, newest first, and a place to verify files of them. */
export function InvoicesPage() {
  const { invoices } = useStrings();
  const { organization = '' } = useParams();
  const { data, error, refetch, fetchNextPage, hasNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ['invoices', organization],
    queryFn: ({ pageParam, signal }) => ask(InvoicesDocument, { after: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ invoices: { pageInfo } }) => (pageInfo.hasNextPage ? pageInfo.endCursor : undefined),
  });
  const nodes = data?.pages.flatMap((page) => page.invoices.nodes) ?? [];
  return (
    <>
      <PageHeader title={invoices.title} description={invoices.text} />
      <Stack gap="xl">
        {error && <Failure error={error} retry={() => void refetch()} />}
        {!data && !error && <Waiting />}
        {data && nodes.length === 0 && <EmptyState title={invoices.none} text={invoices.noneText} />}
        {nodes.length > 0 && <InvoiceTable nodes={nodes} />}
        {hasNextPage && (
          <Button variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()} style={{ alignSelf: 'center' }}>
            {invoices.more}
          </Button>
        )}
        <Section title={invoices.verifyTitle} text={invoices.verifyText}>
          <VerifyFile knownHash={(number) => nodes.find((invoice) => invoice.number === number)?.hash} />
        </Section>
      </Stack>
    </>
  );
}
