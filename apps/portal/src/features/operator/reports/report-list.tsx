import { Button, NativeSelect, Stack } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { EmptyState } from '../../../components/empty-state';
import { Failure } from '../../../components/failure';
import { Waiting } from '../../../components/waiting';
import { AbuseReportsDocument, type AbuseReportState } from '../../../generated/documents';
import { useOperator } from '../../../server/use-operator';
import { useReportsStrings } from '../../../strings/reports';
import { ReportCard } from './report-card';

const STATES = ['OPEN', 'TAKEN_DOWN', 'DISMISSED'] as const satisfies readonly AbuseReportState[];
const EVERY_STATE = '';

/** Reports, newest first: those that wait for the operator, unless others are asked for. */
export function ReportList() {
  const strings = useReportsStrings();
  const operator = useOperator();
  const [state, setState] = useState<AbuseReportState | typeof EVERY_STATE>('OPEN');
  const { data, error, refetch, fetchNextPage, hasNextPage, isFetchingNextPage } = useInfiniteQuery({
    // Begins as everything of the operator's does: it is asked anew after what the operator does.
    queryKey: ['operator', 'reports', state],
    queryFn: ({ pageParam }) => operator.ask(AbuseReportsDocument, { after: pageParam, state: state || undefined }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ abuseReports: { pageInfo } }) => (pageInfo.hasNextPage ? pageInfo.endCursor : undefined),
  });
  const reports = data?.pages.flatMap((page) => page.abuseReports.nodes) ?? [];
  return (
    <Stack gap="md">
      <NativeSelect
        label={strings.state}
        data={[...STATES.map((value) => ({ value, label: strings.states[value] })), { value: EVERY_STATE, label: strings.everyState }]}
        value={state}
        onChange={({ currentTarget }) => setState(currentTarget.value as AbuseReportState | typeof EVERY_STATE)}
        maw={240}
      />
      {error && <Failure error={error} retry={() => void refetch()} />}
      {!data && !error && <Waiting />}
      {data && reports.length === 0 && <EmptyState title={strings.none} text={strings.noneText} />}
      {reports.length > 0 && (
        <Stack component="ul" gap="sm" m={0} p={0} style={{ listStyle: 'none' }}>
          {reports.map((report) => (
            <ReportCard key={report.id} report={report} />
          ))}
        </Stack>
      )}
      {hasNextPage && (
        <Button variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()} style={{ alignSelf: 'center' }}>
          {strings.more}
        </Button>
      )}
    </Stack>
  );
}
