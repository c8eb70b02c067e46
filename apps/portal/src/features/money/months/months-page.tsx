import { Stack } from '@mantine/core';
import { useState } from 'react';
import { useSearchParams } from 'react-router';
import { Answered } from '../../../components/operator/answered';
import { OperatorHeader } from '../../../components/operator/operator-header';
import { MonthsDocument, type MonthFieldsFragment, type MonthsQuery } from '../../../generated/documents';
import { useOperatorQuery } from '../../../server/use-operator';
import { useMonthsStrings } from '../../../strings/months';
import { CloseMonth } from './close-month';
import { MonthCard } from './month-card';

const ISSUING_MS = 1_000;

const isIssuing = (data: MonthsQuery | undefined) => data?.periods.some(({ issued, documents, stuckCount }) => issued + stuckCount < documents) ?? false;

/** Months of usage: open, closed, and the payouts of the closed ones. The one whose payouts are seen is in the address. */
export function MonthsPage() {
  const { months: strings } = useMonthsStrings();
  const query = useOperatorQuery(MonthsDocument, {}, { againInMs: (data) => isIssuing(data) && ISSUING_MS });
  const [closing, setClosing] = useState<MonthFieldsFragment>();
  const [params, setParams] = useSearchParams();
  const opened = Number(params.get('month'));
  const toggle = (period: number) => setParams(period === opened ? {} : { month: String(period) }, { replace: true, preventScrollReset: true });
  return (
    <>
      <OperatorHeader title={strings.title} description={strings.text} />
      <Answered query={query}>
        {({ periods }) => (
          <>
            <Stack component="ul" gap="sm" m={0} p={0} style={{ listStyle: 'none' }}>
              {periods.map((month) => (
                <MonthCard key={month.period} month={month} opened={month.period === opened} toggle={() => toggle(month.period)} close={() => setClosing(month)} />
              ))}
            </Stack>
            {closing && <CloseMonth month={closing} before={periods.filter(({ period, closedAt }) => closedAt == null && period < closing.period).length} close={() => setClosing(undefined)} />}
          </>
        )}
      </Answered>
    </>
  );
}
