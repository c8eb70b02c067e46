import { Group, Progress, Text } from '@mantine/core';
import { Money } from '../../components/money';
import { useFigures } from '../../components/figures';
import type { BudgetFieldsFragment } from '../../generated/documents';
import { useStrings } from '../../strings';

/** How much of a budget is used, held and left: as a bar for the eye, and in words. */
export function BudgetBar({ budget }: { budget: BudgetFieldsFragment }) {
  const { budgets: strings } = useStrings();
  const { share } = useFigures();
  const { limitNano, usedNano, heldNano, leftNano, currency } = budget;
  const [used, held] = [percentOf(usedNano, limitNano), percentOf(heldNano, limitNano)];
  const part = (label: string, nano: string) => (
    <Text size="sm" component="div">
      <Text span c="dimmed" size="sm">
        {label}
      </Text>{' '}
      <Money nano={nano} currency={currency} />
    </Text>
  );
  return (
    <div>
      <Progress.Root size="lg" role="img" aria-label={strings.bar(share(used / 100), share(held / 100))}>
        <Progress.Section value={Math.min(used, 100)} color={used >= 100 ? 'red.9' : used >= 80 ? 'yellow.8' : 'blue.7'} withAria={false} />
        <Progress.Section value={Math.min(held, Math.max(100 - used, 0))} color="gray.5" withAria={false} />
      </Progress.Root>
      <Group gap="4px 24px" mt={6}>
        {part(strings.used, usedNano)}
        {part(strings.held, heldNano)}
        {part(strings.left, leftNano)}
      </Group>
    </div>
  );
}

/** To a hundredth; exact amounts are beside it. */
function percentOf(nano: string, limitNano: string): number {
  return Number((BigInt(nano) * 10_000n) / BigInt(limitNano)) / 100;
}
