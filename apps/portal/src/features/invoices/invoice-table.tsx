import { Anchor, Table, Text } from '@mantine/core';
import { Link, useParams } from 'react-router';
import { useFigures } from '../../components/figures';
import { WideTable } from '../../components/usage/wide-table';
import type { InvoiceFieldsFragment } from '../../generated/documents';
import { useStrings } from '../../strings';
import { Cents } from './cents';
import { InvoiceState } from './invoice-state';

export function InvoiceTable({ nodes }: { nodes: readonly InvoiceFieldsFragment[] }) {
  const { invoices } = useStrings();
  return (
    <WideTable label={invoices.list} minWidth={720}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col">{invoices.number}</Table.Th>
          <Table.Th scope="col">{invoices.kind}</Table.Th>
          <Table.Th scope="col">{invoices.month}</Table.Th>
          <Table.Th scope="col">{invoices.issued}</Table.Th>
          <Table.Th scope="col">{invoices.state}</Table.Th>
          <Table.Th scope="col" ta="end">
            {invoices.tax}
          </Table.Th>
          <Table.Th scope="col" ta="end">
            {invoices.total}
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {nodes.map((invoice) => (
          <InvoiceRow key={invoice.id} invoice={invoice} />
        ))}
      </Table.Tbody>
    </WideTable>
  );
}

function InvoiceRow({ invoice: { number, kind, period, issuedAt, paid, taxAmount, total, currency, invoice: takenBackOf } }: { invoice: InvoiceFieldsFragment }) {
  const { invoices } = useStrings();
  const { organization = '' } = useParams();
  const { day, month } = useFigures();
  return (
    <Table.Tr>
      <Table.Td>
        <Anchor component={Link} to={`/org/${organization}/invoices/${number}`} size="sm" style={{ whiteSpace: 'nowrap' }}>
          {number}
        </Anchor>
      </Table.Td>
      <Table.Td>
        {invoices.kinds[kind]}
        {takenBackOf && (
          <Text size="xs" c="dimmed">
            {invoices.of} {takenBackOf.number}
          </Text>
        )}
      </Table.Td>
      <Table.Td>{month(period)}</Table.Td>
      <Table.Td>{day(issuedAt)}</Table.Td>
      <Table.Td>
        <InvoiceState paid={paid} />
      </Table.Td>
      <Table.Td ta="end">
        <Cents amount={taxAmount} currency={currency} />
      </Table.Td>
      <Table.Td ta="end">
        <Cents amount={total} currency={currency} />
      </Table.Td>
    </Table.Tr>
  );
}
