import { Text } from '@mantine/core';
import { useFigures } from '../../../components/figures';
import { useMonth } from '../../../components/operator/month';
import type { StuckQuery } from '../../../generated/documents';
import { useStrings } from '../../../strings';
import { StuckItem, StuckList } from './stuck-list';

type Document = StuckQuery['periods'][number]['stuck'][number] & { readonly period: number };

/** What Stripe has said and could not be applied. */
export function EventRows({ events }: { events: StuckQuery['waitingStripeEvents'] }) {
  const { stuck: strings } = useStrings();
  const { moment } = useFigures();
  return (
    <StuckList title={strings.events} text={strings.eventsText}>
      {events.map(({ id, type, objectId, attempts, error, receivedAt, nextAt }) => (
        <StuckItem key={id} title={type} problem={error} name={`${id} ${objectId}`} facts={`${strings.since(moment(receivedAt), attempts)} ${strings.next(moment(nextAt))}`} />
      ))}
    </StuckList>
  );
}

/** Invoices and statements that could not be issued. */
export function DocumentRows({ documents }: { documents: readonly Document[] }) {
  const { stuck: strings } = useStrings();
  const { moment } = useFigures();
  const month = useMonth();
  return (
    <StuckList title={strings.documents} text={strings.documentsText}>
      {documents.map(({ period, kind, organization, currency, problem, attempts, triedAt }) => (
        <StuckItem
          key={`${period} ${kind} ${organization} ${currency}`}
          organization={organization}
          title={`${strings.documentKinds[kind] ?? kind}, ${month(period)}, ${currency.toUpperCase()}`}
          problem={problem}
          facts={strings.lastTried(moment(triedAt), attempts)}
        />
      ))}
    </StuckList>
  );
}

/** Alerts of budgets whose addresses did not take them. */
export function AlertRows({ alerts }: { alerts: StuckQuery['undeliveredAlerts'] }) {
  const { stuck: strings } = useStrings();
  const { moment } = useFigures();
  return (
    <StuckList title={strings.alerts} text={strings.alertsText}>
      {alerts.map(({ id, organization, budgetName, attempts, raisedAt, problem }) => (
        <StuckItem key={id} organization={organization} title={budgetName} problem={problem ?? strings.noAnswer} facts={strings.since(moment(raisedAt), attempts)} />
      ))}
    </StuckList>
  );
}

/** Calls that were found in the log after a crash. */
export function RecoveryRows({ recoveries, more }: { recoveries: StuckQuery['usageRecoveries']['nodes']; more: boolean }) {
  const { stuck: strings } = useStrings();
  const { moment } = useFigures();
  return (
    <div>
      <StuckList title={strings.recoveries} text={strings.recoveriesText}>
        {recoveries.map(({ eventId, organization, action, detail, createdAt }) => (
          <StuckItem key={eventId} organization={organization} title={strings.recoveryActions[action]} problem={detail} name={eventId} facts={moment(createdAt)} />
        ))}
      </StuckList>
      {more && (
        <Text size="sm" c="dimmed" mt="sm">
          {strings.moreRecoveries(recoveries.length)}
        </Text>
      )}
    </div>
  );
}
