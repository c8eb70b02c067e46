import { Stack, Title } from '@mantine/core';
import { useFigures } from '../../components/figures';
import { Money } from '../../components/money';
import { SafeText } from '../../components/safe-text';
import { DataTable, type Column } from '../../components/usage/data-table';
import type { TimedBucketFieldsFragment } from '../../generated/documents';
import { useStrings } from '../../strings';
import { revenueOf } from './revenue';

type Group = TimedBucketFieldsFragment;

/** Each model, or each version, in figures; what brings most first. */
export function ModelsTable({ groups, currency }: { groups: readonly Group[]; currency: string }) {
  const { earnings, usage } = useStrings();
  const { count, share, duration } = useFigures();
  const sorted = [...groups].sort((a, b) => (revenueOf(a) < revenueOf(b) ? 1 : -1));
  const columns: Column<Group>[] = [
    { head: usage.model, names: true, cell: ({ group, groupName }) => <SafeText text={groupName ?? group ?? ''} /> },
    { head: usage.calls, figure: true, cell: ({ calls }) => count(calls) },
    { head: earnings.errorShare, figure: true, cell: ({ calls, failed }) => share(failed / calls) },
    { head: 'p50', figure: true, cell: ({ p50Ms }) => duration(p50Ms) },
    { head: 'p95', figure: true, cell: ({ p95Ms }) => duration(p95Ms) },
    { head: earnings.revenue, figure: true, cell: (group) => <Money nano={revenueOf(group)} currency={currency} /> },
    { head: earnings.fee, figure: true, cell: ({ feeNano }) => <Money nano={feeNano} currency={currency} /> },
  ];
  return (
    <Stack component="section" gap="sm" aria-labelledby="by-model">
      <Title order={2} size="h4" id="by-model">
        {earnings.byModelTitle}
      </Title>
      <DataTable label={earnings.byModelTitle} minWidth={720} columns={columns} rows={sorted} keyOf={({ group }) => group ?? ''} />
    </Stack>
  );
}
