import { Anchor, Badge, Button, Group, Table, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useParams } from 'react-router';
import { EmptyState } from '../../components/empty-state';
import { Failure } from '../../components/failure';
import { useFigures } from '../../components/figures';
import { PageHeader } from '../../components/page-header';
import { SafeText } from '../../components/safe-text';
import { Waiting } from '../../components/waiting';
import { OwnModelsDocument, type OwnModelsQuery } from '../../generated/documents';
import { ask } from '../../server/ask';
import { useSession } from '../../server/session';
import { useStrings } from '../../strings';

type OwnModel = OwnModelsQuery['models']['nodes'][number];

/** The models of one's organization. */
export function ManagePage() {
  const { manage } = useStrings();
  const { organization = '' } = useParams();
  const { can } = useSession();
  const { data, error, refetch, fetchNextPage, hasNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ['models', 'own', organization],
    queryFn: ({ pageParam, signal }) => ask(OwnModelsDocument, { owner: organization, after: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: ({ models: { pageInfo } }) => (pageInfo.hasNextPage ? pageInfo.endCursor : undefined),
  });
  const models = data?.pages.flatMap((page) => page.models.nodes);
  const publish = can('models:publish') && (
    <Button component={Link} to={`/org/${organization}/publish`}>
      {manage.publish}
    </Button>
  );
  return (
    <>
      <PageHeader title={manage.title} description={manage.description} actions={models?.length ? publish : undefined} />
      {error && <Failure error={error} retry={() => void refetch()} />}
      {!models && !error && <Waiting />}
      {models?.length === 0 && (
        <EmptyState title={manage.emptyTitle} text={manage.emptyText}>
          {publish}
        </EmptyState>
      )}
      {models !== undefined && models.length > 0 && <ModelTable models={models} home={`/org/${organization}/models`} />}
      {hasNextPage && (
        <Group mt="md">
          <Button variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {manage.more}
          </Button>
        </Group>
      )}
    </>
  );
}

function ModelTable({ models, home }: { models: readonly OwnModel[]; home: string }) {
  const { manage } = useStrings();
  const figures = useFigures();
  return (
    <Table verticalSpacing="sm">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{manage.model}</Table.Th>
          <Table.Th>{manage.stable}</Table.Th>
          <Table.Th ta="end" title={manage.callsHint}>{manage.calls}</Table.Th>
          <Table.Th visibleFrom="sm">{manage.latest}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {models.map(({ id, name, visibility, figures: { calls }, channels, versions: [latest] }) => (
          <Table.Tr key={id}>
            <Table.Td>
              <Anchor component={Link} to={`${home}/${name}`} fw={600} underline="always">
                <SafeText text={name} />
              </Anchor>{' '}
              <Badge variant="default" tt="none">{manage.visibilities[visibility]}</Badge>
            </Table.Td>
            <Table.Td>
              <SafeText text={channels.find((channel) => channel.name === 'stable')?.version.version ?? manage.none} />
            </Table.Td>
            <Table.Td ta="end">{figures.count(calls)}</Table.Td>
            <Table.Td visibleFrom="sm">
              {latest && (
                <Text size="sm">
                  <SafeText text={latest.version} /> ({manage.states[latest.state]}), {figures.moment(latest.createdAt)}
                </Text>
              )}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
