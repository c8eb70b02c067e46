import { Anchor, Button, Group, Stack, Table, Text, Title } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { Failure } from '../../../components/failure';
import { useFigures } from '../../../components/figures';
import { SafeText } from '../../../components/safe-text';
import { PublicationsDocument, type PublicationsQuery } from '../../../generated/documents';
import { ask, organizationActedFor } from '../../../server/ask';
import { useStrings } from '../../../strings';

type PastPublication = PublicationsQuery['publications']['nodes'][number];

const PAGE = 10;
const MARKS = { RUNNING: '…', SUCCEEDED: '✓', FAILED: '✗' } as const;

/** What was published or tried before, newest first. `of`: of one model alone. */
export function PastPublications({ address, of }: { address: string; of?: string }) {
  const { publish } = useStrings();
  const { data, error, fetchNextPage, hasNextPage, isFetchingNextPage, refetch } = useInfiniteQuery({
    queryKey: ['publications', organizationActedFor()],
    queryFn: ({ pageParam, signal }) => ask(PublicationsDocument, { first: PAGE, after: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: ({ publications: { pageInfo } }) => (pageInfo.hasNextPage ? pageInfo.endCursor : undefined),
  });
  const past = data?.pages.flatMap(({ publications }) => publications.nodes).filter(({ model }) => of === undefined || model === of);
  return (
    <section aria-labelledby="past-title">
      <Stack gap="xs">
        <Title order={2} size="h4" id="past-title">
          {publish.past}
        </Title>
        {error && <Failure error={error} retry={() => void refetch()} />}
        {past?.length === 0 && !hasNextPage && <Text size="sm">{publish.pastEmpty}</Text>}
        {past !== undefined && past.length > 0 && <PastTable past={past} address={address} />}
        {hasNextPage && (
          <Group>
            <Button variant="default" size="xs" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
              {publish.more}
            </Button>
          </Group>
        )}
      </Stack>
    </section>
  );
}

function PastTable({ past, address }: { past: readonly PastPublication[]; address: string }) {
  const { publish } = useStrings();
  const figures = useFigures();
  return (
    <Table verticalSpacing={6}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{publish.what}</Table.Th>
          <Table.Th visibleFrom="xs">{publish.when}</Table.Th>
          <Table.Th>{publish.outcome}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {past.map(({ id, model, version, dryRun, status, error, createdAt }) => (
          <Table.Tr key={id}>
            <Table.Td>
              <Anchor component={Link} to={`${address}?publication=${id}`} underline="always">
                <SafeText text={`${model}@${version}`} />
              </Anchor>
              {dryRun && ` (${publish.dryRunMark})`}
            </Table.Td>
            <Table.Td visibleFrom="xs">{figures.moment(createdAt)}</Table.Td>
            <Table.Td>
              <Text size="sm" fw={600}>
                <span aria-hidden="true">{MARKS[status]}</span> {dryRun && status === 'SUCCEEDED' ? publish.tried : publish.statuses[status]}
              </Text>
              {status === 'FAILED' && (
                <Text size="xs">
                  <SafeText text={(error as { message?: string } | null)?.message ?? ''} lines={2} />
                </Text>
              )}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
