import { Alert, Button, Stack, Text } from '@mantine/core';
import { SteelyardError } from '@steelyard/client';
import { useStrings } from '../strings';

/** What happened and what to do about it; with the request's id, by which the operator finds it. */
export function Failure({ error, retry }: { error: unknown; retry?: (() => void) | undefined }) {
  const { shell } = useStrings();
  const { message, fix, requestId } = describe(error);
  return (
    <Alert color="red" variant="light" title={shell.failedTitle} role="alert">
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{message}</Text>
        {fix !== undefined && <Text size="sm">{fix}</Text>}
        {requestId !== undefined && (
          <Text size="xs" ff="monospace">
            {shell.requestId(requestId)}
          </Text>
        )}
        {retry && (
          <Button size="xs" variant="default" onClick={retry}>
            {shell.retry}
          </Button>
        )}
      </Stack>
    </Alert>
  );
}

function describe(error: unknown): { message: string; fix?: string | undefined; requestId?: string | undefined } {
  if (error instanceof SteelyardError) return { message: error.message, fix: error.fix, requestId: error.requestId };
  return { message: error instanceof Error ? error.message : String(error) };
}
