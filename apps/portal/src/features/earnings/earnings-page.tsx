import { Button, Stack } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router';
import { EmptyState } from '../../components/empty-state';
import { Failure } from '../../components/failure';
import { PageHeader } from '../../components/page-header';
import { ExportButton } from '../../components/usage/export-button';
import { GroupChooser } from '../../components/usage/group-chooser';
import { lately, type Period } from '../../components/usage/period';
import { PeriodChooser } from '../../components/usage/period-chooser';
import { SeriesView } from '../../components/usage/series-view';
import { useArrivals } from '../../components/usage/use-arrivals';
import { Waiting } from '../../components/waiting';
import { EarningsDocument } from '../../generated/documents';
import { ask } from '../../server/ask';
import { useSession } from '../../server/session';
import { useStrings } from '../../strings';
import { ModelsTable } from './models-table';
import { PayoutList } from './payouts/payout-list';
import { StatementList } from './payouts/statement-list';
import { revenueOf } from './revenue';
import { Summary } from './summary';

/** What the organization's models are used for, how well they answer, and what they bring. */
export function EarningsPage() {
  const { earnings, usage } = useStrings();
  const { membership, platform, can } = useSession();
  const [period, setPeriod] = useState<Period>(() => lately('week'));
  const [groupBy, setGroupBy] = useState<'MODEL' | 'VERSION'>('MODEL');

  const { from, to, interval } = period;
  const { data, error, refetch } = useQuery({
    queryKey: ['earnings', membership?.organization.id, from, to, groupBy],
    queryFn: ({ signal }) => ask(EarningsDocument, { from: from.toISOString(), to: to?.toISOString(), interval, groupBy }, signal),
    placeholderData: keepPreviousData,
  });
  useArrivals('PROVIDER', { recount: () => void refetch() });

  return (
    <>
      <PageHeader title={earnings.title} description={earnings.description} actions={<ExportButton side="provider" period={period} />} />
      <Stack gap="lg">
        <PeriodChooser period={period} choose={setPeriod} />
        {error && <Failure error={error} retry={() => void refetch()} />}
        {!data && !error && <Waiting />}
        {data && <Summary whole={data.whole[0]} currency={platform.currency} />}
        {data && data.whole.length === 0 && (
          <EmptyState title={earnings.emptyTitle} text={earnings.emptyText}>
            {can('models:publish') && (
              <Button component={Link} to={`/org/${membership?.organization.handle}/publish`}>
                {earnings.toPublish}
              </Button>
            )}
          </EmptyState>
        )}
        {data && data.whole.length > 0 && (
          <>
            <SeriesView buckets={data.series} period={period} currency={platform.currency} money={{ label: earnings.revenue, measure: revenueOf }}>
              <GroupChooser value={groupBy} choose={setGroupBy} groups={[['MODEL', usage.byModel], ['VERSION', usage.byVersion]]} />
            </SeriesView>
            <ModelsTable groups={data.groups} currency={platform.currency} />
          </>
        )}
        {can('balance:read') && <PayoutList />}
        {can('billing:read') && <StatementList />}
      </Stack>
    </>
  );
}
