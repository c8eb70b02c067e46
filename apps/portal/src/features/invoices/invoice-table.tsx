import { Anchor, Text } from '@mantine/core';
import { Link, useParams } from 'react-router';
import { useFigures } from '../../components/figures';
import { DataTable, type Column } from '../../components/usage/data-table';
import type { InvoiceFieldsFragment } from '../../generated/documents';
import { useStrings } from '../../strings';
import { Cents } from './cents';
import { InvoiceState } from './invoice-state';

type Invoice = InvoiceFieldsFragment;

export function InvoiceTable({ nodes }: { nodes: readonly Invoice[] }) {
  const { invoices } = useStrings();
  const { day, month } = useFigures();
  const columns: Column<Invoice>[] = [
    { head: invoices.number, cell: ({ number }) => <NumberLink number={number} /> },
    { head: invoices.kind, cell: (invoice) => <Kind invoice={invoice} /> },
    { head: invoices.month, cell: ({ period }) => month(period) },
    { head: invoices.issued, cell: ({ issuedAt }) => day(issuedAt) },
    { head: invoices.state, cell: ({ paid }) => <InvoiceState paid={paid} /> },
    { head: invoices.tax, figure: true, cell: ({ taxAmount, currency }) => <Cents amount={taxAmount} currency={currency} /> },
    { head: invoices.total, figure: true, cell: ({ total, currency }) => <Cents amount={total} currency={currency} /> },
  ];
  return <DataTable label={invoices.list} minWidth={720} columns={columns} rows={nodes} keyOf={({ id }) => id} />;
}

function NumberLink({ number }: { number: string }) {
  const { organization = '' } = useParams();
  return (
    <Anchor component={Link} to={`/org/${organization}/invoices/${number}`} size="sm" style={{ whiteSpace: 'nowrap' }}>
      {number}
    </Anchor>
  );
}

function Kind({ invoice: { kind, invoice: takenBackOf } }: { invoice: Invoice }) {
  const { invoices } = useStrings();
  return (
    <>
      {invoices.kinds[kind]}
      {takenBackOf && (
        <Text size="xs" c="dimmed">
          {invoices.of} {takenBackOf.number}
        </Text>
      )}
    </>
  );
}
