import { Stack } from '@mantine/core';
import { Answered } from '../../../components/operator/answered';
import { OperatorHeader } from '../../../components/operator/operator-header';
import { TakedownsDocument } from '../../../generated/documents';
import { useOperatorQuery } from '../../../server/use-operator';
import { useReportsStrings } from '../../../strings/reports';
import { ErasureTable } from './erasure-table';
import { ReportList } from './report-list';
import { TakedownList } from './takedown-list';

/** What people say of models, what was done about it, and which organizations go. */
export function ReportsPage() {
  const strings = useReportsStrings();
  const query = useOperatorQuery(TakedownsDocument, {});
  return (
    <>
      <OperatorHeader title={strings.title} description={strings.text} />
      <Stack gap="xl">
        <ReportList />
        <Answered query={query}>
          {({ takedowns, organizationErasures }) => (
            <>
              <TakedownList takedowns={takedowns} />
              <ErasureTable erasures={organizationErasures} />
            </>
          )}
        </Answered>
      </Stack>
    </>
  );
}
