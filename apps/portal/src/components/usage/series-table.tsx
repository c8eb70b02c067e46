import { Table } from '@mantine/core';
import { useStrings } from '../../strings';
import { SafeText } from '../safe-text';
import type { SeriesChartProps } from './series-chart';
import { WideTable } from './wide-table';

/** What the chart shows, in figures; stretches without calls are left out. */
export function SeriesTable({ series, label, stretch, value }: Pick<SeriesChartProps, 'series' | 'label' | 'stretch' | 'value'>) {
  const { usage } = useStrings();
  const busy = series.starts.filter((start) => series.groups.some((group) => series.valueOf(start, group) > 0n)).reverse();
  return (
    <WideTable label={label} minWidth={160 + 140 * series.groups.length}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col">{usage.time}</Table.Th>
          {series.groups.map(({ key, name }) => (
            <Table.Th key={key} scope="col" ta="end">
              {name === '' ? usage.all : <SafeText text={name} />}
            </Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {busy.map((start) => (
          <Table.Tr key={start.getTime()}>
            <Table.Th scope="row" fw={400}>
              {stretch(start)}
            </Table.Th>
            {series.groups.map((group) => (
              <Table.Td key={group.key} ta="end">
                {value(series.valueOf(start, group))}
              </Table.Td>
            ))}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </WideTable>
  );
}
