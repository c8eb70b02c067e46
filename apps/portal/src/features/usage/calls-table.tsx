import { Anchor, Badge, Text } from '@mantine/core';
import { Link } from 'react-router';
import { useFigures } from '../../components/figures';
import { Money } from '../../components/money';
import { ReceiptButton } from '../../components/receipt/receipt-button';
import { SafeText } from '../../components/safe-text';
import { Quantity } from '../../components/usage/quantity';
import { DataTable, type Column } from '../../components/usage/data-table';
import type { CallFieldsFragment } from '../../generated/documents';
import { useStrings } from '../../strings';
import { CallDetailsButton } from './call-details';
import classes from './calls-table.module.css';

interface CallsTableProps {
  readonly calls: readonly CallFieldsFragment[];
  /** Those that came while the page was open. */
  readonly fresh: ReadonlySet<string>;
  readonly keyNames: ReadonlyMap<string | null | undefined, string | null | undefined>;
}

export function CallsTable({ calls, fresh, keyNames }: CallsTableProps) {
  const { usage, receipt, privacy } = useStrings();
  const { duration, moment } = useFigures();
  const columns: Column<CallFieldsFragment>[] = [
    { head: usage.time, cell: ({ occurredAt }) => moment(occurredAt) },
    { head: usage.model, cell: (call) => <ModelName call={call} /> },
    { head: usage.key, cell: ({ keyId }) => <SafeText text={keyNames.get(keyId) ?? keyId ?? ''} /> },
    { head: usage.tag, cell: ({ tag }) => <SafeText text={tag ?? ''} /> },
    { head: usage.status, cell: (call) => <Status call={call} /> },
    { head: usage.quantity, figure: true, cell: ({ lines }) => lines.map(({ unit, quantity }) => <div key={unit}><Quantity unit={unit} quantity={quantity} /></div>) },
    { head: usage.duration, figure: true, cell: ({ totalMs }) => duration(totalMs) },
    { head: usage.cost, figure: true, cell: ({ freeQuantity, amountNano, currency }) => (BigInt(freeQuantity) > 0n ? usage.free : <Money nano={amountNano} currency={currency} />) },
    { head: receipt.title, cell: ({ id, status }) => status !== 'FAILED' && <ReceiptButton wish={{ predictionId: id }} /> },
    { head: privacy.details, cell: ({ id }) => <CallDetailsButton id={id} /> },
  ];
  return <DataTable label={usage.callsTitle} minWidth={960} columns={columns} rows={calls} keyOf={({ id }) => id} classOf={({ id }) => (fresh.has(id) ? classes.fresh : undefined)} />;
}

function Status({ call: { status, errorCode } }: { call: CallFieldsFragment }) {
  const { usage } = useStrings();
  if (status !== 'FAILED') return usage.succeeded;
  return (
    <Badge color="red.9" radius="sm" tt="none">
      {errorCode ?? usage.failed}
    </Badge>
  );
}

function ModelName({ call: { modelRef, version, modelId } }: { call: CallFieldsFragment }) {
  const { usage } = useStrings();
  if (modelRef == null) {
    return (
      <Text size="sm" c="dimmed" title={modelId}>
        {usage.hiddenModel}
      </Text>
    );
  }
  return (
    <>
      <Anchor component={Link} to={`/models/${modelRef}`} size="sm">
        <SafeText text={modelRef} />
      </Anchor>{' '}
      {version != null && <SafeText text={version} />}
    </>
  );
}
