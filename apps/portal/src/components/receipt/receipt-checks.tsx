import { Alert, List } from '@mantine/core';
import type { CheckedReceipt } from '@steelyard/client/receipts';
import { useStrings } from '../../strings';

/** What this browser checked, and how each came out. */
export function ReceiptChecks({ checked: { valid, checks } }: { checked: CheckedReceipt }) {
  const { receipt } = useStrings();
  return (
    <Alert color={valid ? 'green' : 'red'} variant="light" title={valid ? receipt.good : receipt.notGood} role={valid ? 'status' : 'alert'}>
      <List size="sm" spacing={2}>
        {checks
          .filter(({ outcome }) => outcome !== 'skipped')
          .map(({ name, outcome, reason }) => (
            <List.Item key={name}>{outcome === 'passed' ? receipt.passed[name] : receipt.failed(receipt.passed[name], reason ?? '')}</List.Item>
          ))}
      </List>
    </Alert>
  );
}
