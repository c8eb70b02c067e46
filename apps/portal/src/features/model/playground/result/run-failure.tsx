import { Stack, Text } from '@mantine/core';
import { Failure } from '../../../../components/failure';
import { useStrings } from '../../../../strings';
import { wasCharged } from '../retry-of';

/** Why a call ended without an answer, and the button that makes it again: with what that costs, where it is not the same call. */
export function RunFailure({ error, retry }: { error: Error; retry: () => void }) {
  const { playground } = useStrings().model;
  return (
    <Stack gap={4}>
      <Failure error={error} retry={retry} />
      {wasCharged(error) && (
        <Text size="sm" c="dimmed">
          {playground.chargedAnew}
        </Text>
      )}
    </Stack>
  );
}
