import { Badge, Button, Stack, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useParams } from 'react-router';
import { Failure } from '../../components/failure';
import { useFigures } from '../../components/figures';
import { SafeText } from '../../components/safe-text';
import { Section } from '../../components/section';
import { DataTable, type Column } from '../../components/usage/data-table';
import { Waiting } from '../../components/waiting';
import { ReplayWebhookDeliveryDocument, WebhookDeliveriesDocument, type WebhookDeliveriesQuery, type WebhookFieldsFragment } from '../../generated/documents';
import { ask } from '../../server/ask';
import { useSend } from '../../server/use-send';
import { useStrings } from '../../strings';

type Delivery = WebhookDeliveriesQuery['webhookDeliveries']['nodes'][number];

const REFRESH_MS = 5_000;

/** What was told and what is to be told, newest first. */
export function DeliveryList({ webhooks }: { webhooks: readonly WebhookFieldsFragment[] }) {
  const { webhooks: strings } = useStrings();
  const { organization = '' } = useParams();
  const { moment } = useFigures();
  const { data, error, refetch, fetchNextPage, hasNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ['webhook-deliveries', organization],
    queryFn: ({ pageParam, signal }) => ask(WebhookDeliveriesDocument, { after: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ webhookDeliveries: { pageInfo } }) => (pageInfo.hasNextPage ? pageInfo.endCursor : undefined),
    refetchInterval: REFRESH_MS,
  });
  const replay = useSend(ReplayWebhookDeliveryDocument, { changes: [['webhook-deliveries', organization]] });
  const deliveries = data?.pages.flatMap((page) => page.webhookDeliveries.nodes) ?? [];
  const addressOf = new Map(webhooks.map(({ id, url }) => [id, url]));
  const columns: Column<Delivery>[] = [
    { head: strings.happened, cell: ({ createdAt }) => moment(createdAt) },
    { head: strings.event, cell: ({ type }) => type },
    { head: strings.url, cell: ({ endpointId }) => <SafeText text={addressOf.get(endpointId) ?? ''} /> },
    { head: strings.state, cell: (delivery) => <State delivery={delivery} /> },
    {
      head: strings.again,
      cell: ({ id, type, createdAt }) => (
        <Button size="compact-sm" variant="default" onClick={() => replay.mutate({ id })} aria-label={`${strings.again}: ${type}, ${moment(createdAt)}`}>
          {strings.again}
        </Button>
      ),
    },
  ];
  return (
    <Section title={strings.deliveries} text={strings.deliveriesText}>
      {error && <Failure error={error} retry={() => void refetch()} />}
      {replay.error != null && <Failure error={replay.error} />}
      {!data && !error && <Waiting />}
      {data && deliveries.length === 0 && <Text c="dimmed">{strings.noDeliveries}</Text>}
      {deliveries.length > 0 && (
        <Stack gap="sm">
          <DataTable label={strings.deliveries} minWidth={760} columns={columns} rows={deliveries} keyOf={({ id }) => id} />
          {hasNextPage && (
            <Button variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()} style={{ alignSelf: 'center' }}>
              {strings.more}
            </Button>
          )}
        </Stack>
      )}
    </Section>
  );
}

function State({ delivery: { state, nextAttemptAt, attempts } }: { delivery: Delivery }) {
  const { webhooks: strings } = useStrings();
  const { moment } = useFigures();
  const [last] = attempts;
  return (
    <>
      <Badge variant={state === 'FAILED' ? 'filled' : 'default'} color="red.9" tt="none">
        {strings.states[state]}
      </Badge>
      {last?.problem != null && (
        <Text size="xs">
          <SafeText text={last.problem} /> · {strings.tries(attempts.length)}
          {nextAttemptAt !== null && ` · ${strings.next(moment(nextAttemptAt))}`}
        </Text>
      )}
    </>
  );
}
