import { Button, Group, Stack } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router';
import { EmptyState } from '../../components/empty-state';
import { Failure } from '../../components/failure';
import { PageHeader } from '../../components/page-header';
import { Section } from '../../components/section';
import { ExportButton } from '../../components/usage/export-button';
import { lately, type Period } from '../../components/usage/period';
import { PeriodChooser } from '../../components/usage/period-chooser';
import { SeriesView } from '../../components/usage/series-view';
import { GroupChooser } from '../../components/usage/group-chooser';
import { Waiting } from '../../components/waiting';
import { UsageOverviewDocument } from '../../generated/documents';
import { ask } from '../../server/ask';
import { useSession } from '../../server/session';
import { useStrings } from '../../strings';
import { Calls } from './calls';
import { Summary } from './summary';
import { UnitsTable } from './units-table';

/** What the organization's calls cost, over time and one by one. */
export function UsagePage() {
  const { usage } = useStrings();
  const { membership, platform } = useSession();
  const [period, setPeriod] = useState<Period>(() => lately('week'));
  const [groupBy, setGroupBy] = useState<'MODEL' | 'KEY' | 'TAG'>('MODEL');
  const home = `/org/${membership?.organization.handle}`;

  const { from, to, interval } = period;
  const { data, error, refetch } = useQuery({
    queryKey: ['usage', membership?.organization.id, from, to, groupBy],
    queryFn: ({ signal }) => ask(UsageOverviewDocument, { from: from.toISOString(), to: to?.toISOString(), interval, groupBy }, signal),
    placeholderData: keepPreviousData,
  });
  const recount = () => void refetch();

  return (
    <>
      <PageHeader title={usage.title} description={usage.description} actions={<ExportButton side="consumer" period={period} />} />
      <Stack gap="lg">
        <PeriodChooser period={period} choose={setPeriod} />
        {error && <Failure error={error} retry={recount} />}
        {!data && !error && <Waiting />}
        {data && <Summary whole={data.whole[0]} currency={platform.currency} />}
        {data && data.whole.length > 0 && (
          <SeriesView buckets={data.series} period={period} currency={platform.currency} money={{ label: usage.cost, measure: costOf }}>
            <GroupChooser value={groupBy} choose={setGroupBy} groups={[['MODEL', usage.byModel], ['KEY', usage.byKey], ['TAG', usage.byTag]]} />
          </SeriesView>
        )}
        {data && data.units.length > 0 && (
          <Section title={usage.unitsTitle}>
            <UnitsTable units={data.units} currency={platform.currency} />
          </Section>
        )}
        {data && (
          <Calls
            period={period}
            models={data.models}
            keys={data.keys}
            recount={recount}
            empty={
              <EmptyState title={usage.emptyTitle} text={usage.emptyText}>
                <Group>
                  <Button component={Link} to="/">
                    {usage.toCatalog}
                  </Button>
                  <Button component={Link} to={`${home}/keys`} variant="default">
                    {usage.toKeys}
                  </Button>
                </Group>
              </EmptyState>
            }
          />
        )}
      </Stack>
    </>
  );
}

const costOf = ({ amountNano }: { amountNano: string }) => BigInt(amountNano);
