import { Text } from '@mantine/core';
import { useFigures } from '../../components/figures';
import { Money } from '../../components/money';
import { SafeText } from '../../components/safe-text';
import { Quantity } from '../../components/usage/quantity';
import { DataTable, type Column } from '../../components/usage/data-table';
import type { InvoiceQuery } from '../../generated/documents';
import { useStrings } from '../../strings';
import { Cents } from './cents';

type Invoice = InvoiceQuery['invoice'];
type Line = Invoice['lines'][number];

/** What was used, by version, price and unit: exactly, and in the cents that add up. */
export function InvoiceLines({ invoice: { lines, currency } }: { invoice: Invoice }) {
  const { invoices } = useStrings();
  const columns: Column<Line>[] = [
    { head: invoices.model, cell: ({ name, modelId }) => <SafeText text={name ?? invoices.privateModel(modelId)} /> },
    { head: invoices.calls, cell: (line) => <Calls line={line} /> },
    { head: invoices.quantity, figure: true, cell: ({ unit, quantity }) => <Quantity unit={unit} quantity={quantity} /> },
    { head: invoices.exact, figure: true, cell: ({ amountNano }) => <Money nano={amountNano} currency={currency} /> },
    { head: invoices.amount, figure: true, cell: ({ amount }) => <Cents amount={amount} currency={currency} /> },
  ];
  return <DataTable label={invoices.lines} minWidth={640} columns={columns} rows={lines} keyOf={({ priceId, unit }, index) => `${priceId} ${unit} ${index}`} />;
}

/** With the first unit of a price only: the others are of the same calls. */
function Calls({ line: { calls, failed, free } }: { line: Line }) {
  const { invoices } = useStrings();
  const { count } = useFigures();
  return (
    <>
      {calls > 0 && count(calls)}
      {failed + free > 0 && (
        <Text size="xs" c="dimmed">
          {invoices.callsOf(count(failed), count(free))}
        </Text>
      )}
    </>
  );
}
