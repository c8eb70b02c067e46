import { Stack, Table, Title } from '@mantine/core';
import { useFigures } from '../../components/figures';
import { Money } from '../../components/money';
import { SafeText } from '../../components/safe-text';
import { WideTable } from '../../components/usage/wide-table';
import type { TimedBucketFieldsFragment } from '../../generated/documents';
import { useStrings } from '../../strings';
import { revenueOf } from './revenue';

/** Each model, or each version, in figures; what brings most first. */
export function ModelsTable({ groups, currency }: { groups: readonly TimedBucketFieldsFragment[]; currency: string }) {
  const { earnings, usage } = useStrings();
  const { count, share, duration } = useFigures();
  const sorted = [...groups].sort((a, b) => (revenueOf(a) < revenueOf(b) ? 1 : -1));
  return (
    <Stack component="section" gap="sm" aria-labelledby="by-model">
      <Title order={2} size="h4" id="by-model">
        {earnings.byModelTitle}
      </Title>
      <WideTable label={earnings.byModelTitle} minWidth={720}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{usage.model}</Table.Th>
            {[usage.calls, earnings.errorShare, 'p50', 'p95', earnings.revenue, earnings.fee].map((title) => (
              <Table.Th key={title} scope="col" ta="end">
                {title}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {sorted.map((group) => (
            <Table.Tr key={group.group}>
              <Table.Th scope="row" fw={500}>
                <SafeText text={group.groupName ?? group.group ?? ''} />
              </Table.Th>
              <Table.Td ta="end">{count(group.calls)}</Table.Td>
              <Table.Td ta="end">{share(group.failed / group.calls)}</Table.Td>
              <Table.Td ta="end">{duration(group.p50Ms)}</Table.Td>
              <Table.Td ta="end">{duration(group.p95Ms)}</Table.Td>
              <Table.Td ta="end">
                <Money nano={revenueOf(group)} currency={currency} />
              </Table.Td>
              <Table.Td ta="end">
                <Money nano={group.feeNano} currency={currency} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </WideTable>
    </Stack>
  );
}
