import { Stack, Text } from '@mantine/core';
import { useFigures } from '../../../components/figures';
import { cleanText } from '../../../components/clean-text';
import type { PriceChangeFieldsFragment } from '../../../generated/documents';
import { useStrings } from '../../../strings';

/** When a price begins to count for each version, and what does not come because of it. */
export function PriceChanges({ changes }: { changes: readonly PriceChangeFieldsFragment[] }) {
  const { prices } = useStrings();
  const { moment } = useFigures();
  const sentence = ({ version: { version }, changed, atOnce, effectiveAt, withdrawn }: PriceChangeFieldsFragment) => {
    const name = cleanText(version);
    if (!changed) return prices.unchanged(name);
    const begins = atOnce ? prices.atOnce(name) : prices.fromThen(name, moment(effectiveAt));
    return [begins, ...withdrawn.map((time) => prices.notComing(moment(time)))].join(' ');
  };
  return (
    <Stack gap={4} aria-live="polite">
      {changes.map((change) => (
        <Text key={change.version.id} size="sm">
          {sentence(change)}
        </Text>
      ))}
      {changes.some(({ changed, atOnce }) => changed && !atOnce) && (
        <Text size="sm" c="dimmed">
          {prices.notice}
        </Text>
      )}
    </Stack>
  );
}
