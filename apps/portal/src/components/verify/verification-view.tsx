import { Alert, Button, Group, Progress, Stack, Text } from '@mantine/core';
import { useStrings } from '../../strings';
import { useFigures } from '../figures';
import type { Verifying } from './use-verification';
import { VerificationResult } from './verification-result';
import type { VerifyProgress } from './verify-worker';

interface VerificationViewProps {
  readonly verifying: Verifying;
  readonly name?: string | undefined;
  readonly knownHash?: ((number: string) => string | undefined) | undefined;
}

/** How far a file is verified, and at last what came of it. */
export function VerificationView({ verifying: { state, cancel }, name, knownHash }: VerificationViewProps) {
  const { verify } = useStrings();
  if (state.step === 'running') return <Running progress={state.progress} cancel={cancel} />;
  if (state.step === 'done') return <VerificationResult verification={state.verification} name={name} knownHash={knownHash} />;
  if (state.step === 'idle' || state.step === 'loading') return null;
  return (
    <Alert color="red" variant="light" title={state.step === 'missing' ? verify.missing : verify.unread} role="alert">
      {state.step === 'missing' ? verify.missingText : state.problem}
    </Alert>
  );
}

function Running({ progress: { rows, bytes, bytesTotal }, cancel }: { progress: VerifyProgress; cancel: () => void }) {
  const { verify, shell } = useStrings();
  const { count } = useFigures();
  // How long a stream is, is not known before its end.
  const percent = bytesTotal === undefined ? 100 : (100 * bytes) / Math.max(1, bytesTotal);
  return (
    <Stack gap="xs">
      <Group justify="space-between">
        <Text size="sm" role="status">
          {verify.running(count(rows))}
        </Text>
        <Button variant="default" size="xs" onClick={cancel}>
          {shell.cancel}
        </Button>
      </Group>
      <Progress.Root size="lg">
        <Progress.Section value={percent} animated={bytesTotal === undefined} aria-label={verify.progress} />
      </Progress.Root>
    </Stack>
  );
}
