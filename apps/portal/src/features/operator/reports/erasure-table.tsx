import { Table } from '@mantine/core';
import { useFigures } from '../../../components/figures';
import { SafeText } from '../../../components/safe-text';
import { Section } from '../../../components/section';
import { WideTable } from '../../../components/usage/wide-table';
import type { TakedownsQuery } from '../../../generated/documents';
import { useReportsStrings } from '../../../strings/reports';

/** The organizations that are to be erased, or were; none, and nothing is shown. */
export function ErasureTable({ erasures }: { erasures: TakedownsQuery['organizationErasures'] }) {
  const strings = useReportsStrings();
  const { moment } = useFigures();
  const { organization, state, due, obstacles } = strings.columns;
  if (erasures.length === 0) return null;
  return (
    <Section title={strings.erasures} text={strings.erasuresText}>
      <WideTable label={strings.erasures} minWidth={640}>
        <Table.Thead>
          <Table.Tr>
            {[organization, state, due, obstacles].map((title) => (
              <Table.Th key={title} scope="col">
                {title}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {erasures.map((erasure) => (
            <Table.Tr key={erasure.handle}>
              <Table.Td>
                <SafeText text={erasure.handle} />
              </Table.Td>
              <Table.Td>{strings.erasureStates[erasure.state]}</Table.Td>
              <Table.Td>{moment(erasure.dueAt)}</Table.Td>
              <Table.Td lang="en">{erasure.obstacles.join('; ') || '–'}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </WideTable>
    </Section>
  );
}
