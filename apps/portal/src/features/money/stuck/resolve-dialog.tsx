import { Text } from '@mantine/core';
import { ReasonedDialog } from '../../../components/operator/reasoned-dialog';
import { useNotice } from '../../../components/actions/use-notice';
import { ResolveOperationDocument, type ResolveAction } from '../../../generated/documents';
import { useOperatorSend } from '../../../server/use-operator';
import { useStrings } from '../../../strings';
import type { StuckOperation } from './stuck-operation';

interface ResolveDialogProps {
  readonly operation: StuckOperation;
  readonly action: ResolveAction;
  readonly close: () => void;
}

/** Has a stuck operation looked up once more, and sent again or taken back. */
export function ResolveDialog({ operation: { id, key, kind }, action, close }: ResolveDialogProps) {
  const { stuck: strings } = useStrings();
  const notice = useNotice();
  const { mutate, isPending, error } = useOperatorSend(ResolveOperationDocument, ({ resolveOperation: { state } }) => {
    notice(strings.resolved[state]);
    close();
  });
  const isRetry = action === 'RETRY';
  return (
    <ReasonedDialog
      title={strings.operationKinds[kind] ?? kind}
      verb={isRetry ? strings.retry : strings.giveUp}
      danger={!isRetry}
      label={strings.reason}
      hint={strings.reasonHint}
      busy={isPending}
      error={error}
      send={(reason) => mutate({ input: { id, action, reason } })}
      close={close}
    >
      <Text size="sm">{isRetry ? strings.retryText : strings.giveUpText}</Text>
      <Text size="xs" ff="monospace" style={{ overflowWrap: 'anywhere' }}>
        {key}
      </Text>
    </ReasonedDialog>
  );
}
