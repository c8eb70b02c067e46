import { Button, List, Text } from '@mantine/core';
import { useParams } from 'react-router';
import { useNotice } from '../../components/actions/use-notice';
import { Caution } from '../../components/caution';
import { useFigures } from '../../components/figures';
import { FormError } from '../../components/form-error';
import { CancelErasureDocument, type ErasureQuery } from '../../generated/documents';
import { useSend } from '../../server/use-send';
import { useLeavingStrings } from '../../strings/leaving';

interface ErasureStateProps {
  readonly erasure: NonNullable<ErasureQuery['erasure']>;
  readonly mayCancel: boolean;
}

/** How far an organization has come on its way out. What stands in the way is said by the server, in English. */
export function ErasureState({ erasure: { state, forfeit, requestedAt, dueAt, erasedAt, obstacles }, mayCancel }: ErasureStateProps) {
  const strings = useLeavingStrings();
  const { organization = '' } = useParams();
  const { moment } = useFigures();
  const notice = useNotice();
  const cancelling = useSend(CancelErasureDocument, { changes: [['erasure', organization]], done: () => notice(strings.cancelled) });
  return (
    <Caution title={strings.states[state](moment(erasedAt ?? dueAt))}>
      <Text size="sm">
        {strings.requested(moment(requestedAt))} {forfeit && strings.forfeits}
      </Text>
      {obstacles.length > 0 && (
        <>
          <Text size="sm">{strings.hindered}</Text>
          <List size="sm" lang="en">
            {obstacles.map((obstacle) => (
              <List.Item key={obstacle}>{obstacle}</List.Item>
            ))}
          </List>
        </>
      )}
      {mayCancel && state === 'WAITING' && (
        <Button size="xs" variant="default" mt="xs" loading={cancelling.isPending} onClick={() => cancelling.mutate({})}>
          {strings.cancel}
        </Button>
      )}
      <FormError error={cancelling.error} />
    </Caution>
  );
}
