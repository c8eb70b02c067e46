import { Money } from '../../components/money';
import { Quantity } from '../../components/usage/quantity';
import { DataTable, type Column } from '../../components/usage/data-table';
import type { UsageOverviewQuery } from '../../generated/documents';
import { useStrings } from '../../strings';

type Unit = UsageOverviewQuery['units'][number];

/** What the period used of each unit of prices, and what that cost. */
export function UnitsTable({ units, currency }: { units: readonly Unit[]; currency: string }) {
  const { usage } = useStrings();
  const columns: Column<Unit>[] = [
    { head: usage.quantity, cell: ({ unit, quantity }) => <Quantity unit={unit} quantity={quantity} /> },
    { head: usage.cost, figure: true, cell: ({ amountNano }) => <Money nano={amountNano} currency={currency} /> },
  ];
  return <DataTable label={usage.unitsTitle} minWidth={320} columns={columns} rows={units} keyOf={({ unit }) => unit} />;
}
