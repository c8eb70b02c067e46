import { Stack } from '@mantine/core';
import { Caution } from '../../../components/caution';
import { EmptyState } from '../../../components/empty-state';
import { Answered } from '../../../components/operator/answered';
import { OperatorHeader } from '../../../components/operator/operator-header';
import { ReconciliationsDocument } from '../../../generated/documents';
import { useOperatorQuery } from '../../../server/use-operator';
import { useMonthsStrings } from '../../../strings/months';
import { DayList } from './day-list';
import { ReconcileNow } from './reconcile-now';

/** Each day's money at Stripe against the ledger's. */
export function ReconciliationPage() {
  const { reconciliation: strings } = useMonthsStrings();
  const query = useOperatorQuery(ReconciliationsDocument, {});
  return (
    <>
      <OperatorHeader title={strings.title} description={strings.text} />
      <Answered query={query}>
        {({ payments, reconciliations }) => (
          <Stack gap="lg">
            {payments.configured ? <ReconcileNow /> : <Caution title={strings.notConfigured}>{strings.notConfiguredText}</Caution>}
            {payments.testMode && <Caution title={strings.testMode}>{strings.testModeText}</Caution>}
            {reconciliations.length > 0 ? <DayList days={reconciliations} /> : payments.configured && <EmptyState title={strings.none} text={strings.noneText} />}
          </Stack>
        )}
      </Answered>
    </>
  );
}
