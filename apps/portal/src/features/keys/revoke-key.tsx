import { Text } from '@mantine/core';
import { useParams } from 'react-router';
import { Confirm } from '../../components/actions/confirm';
import { SafeText } from '../../components/safe-text';
import { RevokeKeyDocument, type KeyFieldsFragment } from '../../generated/documents';
import { useSend } from '../../server/use-send';
import { useStrings } from '../../strings';

export function RevokeKey({ apiKey, close }: { apiKey: KeyFieldsFragment; close: () => void }) {
  const { keys } = useStrings();
  const { organization = '' } = useParams();
  const { mutate, isPending, error } = useSend(RevokeKeyDocument, { changes: [['keys', organization]], done: close });
  return (
    <Confirm opened danger title={keys.revokeTitle} verb={keys.revoke} busy={isPending} error={error} onConfirm={() => mutate({ id: apiKey.id })} onClose={close}>
      <Text>
        <SafeText text={apiKey.name} />: {keys.revokeText}
      </Text>
    </Confirm>
  );
}
