import { Anchor, Badge, Table, Text } from '@mantine/core';
import { Link } from 'react-router';
import { useFigures } from '../../components/figures';
import { Money } from '../../components/money';
import { ReceiptButton } from '../../components/receipt/receipt-button';
import { SafeText } from '../../components/safe-text';
import { Quantity } from '../../components/usage/quantity';
import { WideTable } from '../../components/usage/wide-table';
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
  return (
    <WideTable label={usage.callsTitle} minWidth={960}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col">{usage.time}</Table.Th>
          <Table.Th scope="col">{usage.model}</Table.Th>
          <Table.Th scope="col">{usage.key}</Table.Th>
          <Table.Th scope="col">{usage.tag}</Table.Th>
          <Table.Th scope="col">{usage.status}</Table.Th>
          <Table.Th scope="col" ta="end">
            {usage.quantity}
          </Table.Th>
          <Table.Th scope="col" ta="end">
            {usage.duration}
          </Table.Th>
          <Table.Th scope="col" ta="end">
            {usage.cost}
          </Table.Th>
          <Table.Th scope="col">{receipt.title}</Table.Th>
          <Table.Th scope="col">{privacy.details}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {calls.map((call) => (
          <Table.Tr key={call.id} className={fresh.has(call.id) ? classes.fresh : undefined}>
            <Table.Td>{moment(call.occurredAt)}</Table.Td>
            <Table.Td>
              <ModelName call={call} />
            </Table.Td>
            <Table.Td>
              <SafeText text={keyNames.get(call.keyId) ?? call.keyId ?? ''} />
            </Table.Td>
            <Table.Td>
              <SafeText text={call.tag ?? ''} />
            </Table.Td>
            <Table.Td>
              {call.status === 'FAILED' ? (
                <Badge color="red.9" radius="sm" tt="none">
                  {call.errorCode ?? usage.failed}
                </Badge>
              ) : (
                usage.succeeded
              )}
            </Table.Td>
            <Table.Td ta="end">
              {call.lines.map((line) => (
                <div key={line.unit}>
                  <Quantity unit={line.unit} quantity={line.quantity} />
                </div>
              ))}
            </Table.Td>
            <Table.Td ta="end">{duration(call.totalMs)}</Table.Td>
            <Table.Td ta="end">
              {BigInt(call.freeQuantity) > 0n ? usage.free : <Money nano={call.amountNano} currency={call.currency} />}
            </Table.Td>
            <Table.Td>{call.status !== 'FAILED' && <ReceiptButton wish={{ predictionId: call.id }} />}</Table.Td>
            <Table.Td>
              <CallDetailsButton id={call.id} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </WideTable>
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
