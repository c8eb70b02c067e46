import { Stack } from '@mantine/core';
import { EmptyState } from '../../../components/empty-state';
import { Answered } from '../../../components/operator/answered';
import { OperatorHeader } from '../../../components/operator/operator-header';
import { StuckDocument, type StuckQuery } from '../../../generated/documents';
import { useOperatorQuery } from '../../../server/use-operator';
import { useStrings } from '../../../strings';
import { AlertRows, DocumentRows, EventRows, RecoveryRows } from './stuck-rows';
import { OperationRows } from './operation-rows';

const REFRESH_MS = 15_000;

/** Everything that did not come to its end by itself, with what to do about it. */
export function StuckPage() {
  const { stuck: strings } = useStrings();
  const query = useOperatorQuery(StuckDocument, {}, { againInMs: () => REFRESH_MS });
  return (
    <>
      <OperatorHeader title={strings.title} description={strings.text} />
      <Answered query={query}>{(found) => <Found found={found} />}</Answered>
    </>
  );
}

function Found({ found: { payments, outbox, waitingStripeEvents, periods, undeliveredAlerts, putAside, usageRecoveries } }: { found: StuckQuery }) {
  const { stuck: strings } = useStrings();
  const documents = periods.flatMap(({ period, stuck }) => stuck.map((document) => ({ ...document, period })));
  return (
    <Stack gap="xl">
      {outbox.length + waitingStripeEvents.length + documents.length === 0 && <EmptyState title={strings.none} text={payments.configured ? strings.noneText : strings.noneWithoutPayments} />}
      <OperationRows operations={outbox} />
      <EventRows events={waitingStripeEvents} />
      <DocumentRows documents={documents} />
      <AlertRows alerts={undeliveredAlerts} />
      <RecoveryRows recoveries={[...putAside.nodes, ...usageRecoveries.nodes]} more={putAside.pageInfo.hasNextPage || usageRecoveries.pageInfo.hasNextPage} />
    </Stack>
  );
}
