import { Table, Text } from '@mantine/core';
import { useFigures } from '../../components/figures';
import { Money } from '../../components/money';
import { SafeText } from '../../components/safe-text';
import { Quantity } from '../../components/usage/quantity';
import { WideTable } from '../../components/usage/wide-table';
import type { InvoiceQuery } from '../../generated/documents';
import { useStrings } from '../../strings';
import { Cents } from './cents';

type Invoice = InvoiceQuery['invoice'];

/** What was used, by version, price and unit: exactly, and in the cents that add up. */
export function InvoiceLines({ invoice: { lines, currency } }: { invoice: Invoice }) {
  const { invoices } = useStrings();
  return (
    <WideTable label={invoices.lines} minWidth={640}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col">{invoices.model}</Table.Th>
          <Table.Th scope="col">{invoices.calls}</Table.Th>
          <Table.Th scope="col" ta="end">
            {invoices.quantity}
          </Table.Th>
          <Table.Th scope="col" ta="end">
            {invoices.exact}
          </Table.Th>
          <Table.Th scope="col" ta="end">
            {invoices.amount}
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {lines.map((line, index) => (
          <LineRow key={`${line.priceId} ${line.unit} ${index}`} line={line} currency={currency} />
        ))}
      </Table.Tbody>
    </WideTable>
  );
}

function LineRow({ line: { name, modelId, unit, quantity, calls, failed, free, amount, amountNano }, currency }: { line: Invoice['lines'][number]; currency: string }) {
  const { invoices } = useStrings();
  const { count } = useFigures();
  return (
    <Table.Tr>
      <Table.Td>
        <SafeText text={name ?? invoices.privateModel(modelId)} />
      </Table.Td>
      <Table.Td>
        {/* With the first unit of a price only: the others are of the same calls. */}
        {calls > 0 && count(calls)}
        {failed + free > 0 && (
          <Text size="xs" c="dimmed">
            {invoices.callsOf(count(failed), count(free))}
          </Text>
        )}
      </Table.Td>
      <Table.Td ta="end">
        <Quantity unit={unit} quantity={quantity} />
      </Table.Td>
      <Table.Td ta="end">
        <Money nano={amountNano} currency={currency} />
      </Table.Td>
      <Table.Td ta="end">
        <Cents amount={amount} currency={currency} />
      </Table.Td>
    </Table.Tr>
  );
}
