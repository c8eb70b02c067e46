import { Button, Group, Text } from '@mantine/core';
import { cleanText } from '../../components/clean-text';
import { Failure } from '../../components/failure';
import { SafeText } from '../../components/safe-text';
import { TestBudgetWebhookDocument } from '../../generated/documents';
import { useSession } from '../../server/session';
import { useSend } from '../../server/use-send';
import { useStrings } from '../../strings';

/** Where a budget's alerts are sent to, and a button that tries it. */
export function WebhookLine({ id, name, address }: { id: string; name: string; address: string }) {
  const { budgets: strings } = useStrings();
  const { can } = useSession();
  const { mutate, isPending, error, data } = useSend(TestBudgetWebhookDocument);
  const test = data?.testBudgetWebhook;
  return (
    <div>
      <Group gap="sm">
        <Text size="sm" miw={0} style={{ overflowWrap: 'anywhere' }}>
          <Text span size="sm" c="dimmed">
            {strings.tells}
          </Text>{' '}
          <SafeText text={address} />
        </Text>
        {can('budgets:manage') && (
          <Button variant="default" size="compact-xs" loading={isPending} onClick={() => mutate({ id })} aria-label={`${strings.test}: ${cleanText(name)}`}>
            {strings.test}
          </Button>
        )}
      </Group>
      <div role="status">
        {test && (
          <Text size="sm" c={test.delivered ? 'var(--mantine-color-green-text)' : 'var(--mantine-color-error)'}>
            {test.delivered ? strings.testArrived(test.status ?? 200) : <SafeText text={`${strings.testFailed} ${test.problem ?? ''}`} />}
          </Text>
        )}
      </div>
      {error != null && <Failure error={error} />}
    </div>
  );
}
