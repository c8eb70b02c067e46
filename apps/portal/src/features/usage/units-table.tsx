import { Table } from '@mantine/core';
import { Money } from '../../components/money';
import { Quantity } from '../../components/usage/quantity';
import { WideTable } from '../../components/usage/wide-table';
import type { UsageOverviewQuery } from '../../generated/documents';
import { useStrings } from '../../strings';

/** What the period used of each unit of prices, and what that cost. */
export function UnitsTable({ units, currency }: { units: UsageOverviewQuery['units']; currency: string }) {
  const { usage } = useStrings();
  return (
    <WideTable label={usage.unitsTitle} minWidth={320}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col">{usage.quantity}</Table.Th>
          <Table.Th scope="col" ta="end">
            {usage.cost}
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {units.map(({ unit, quantity, amountNano }) => (
          <Table.Tr key={unit}>
            <Table.Td>
              <Quantity unit={unit} quantity={quantity} />
            </Table.Td>
            <Table.Td ta="end">
              <Money nano={amountNano} currency={currency} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </WideTable>
  );
}
