import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { Failure } from '../../../components/failure';
import { useFigures } from '../../../components/figures';
import { SafeText } from '../../../components/safe-text';
import { Section } from '../../../components/section';
import { ShareModelDocument, StopSharingModelDocument } from '../../../generated/documents';
import { useSend } from '../../../server/use-send';
import { useStrings } from '../../../strings';
import { ActionDialog } from '../action-dialog';
import { managedKey, type ManagedModel } from '../use-managed-model';

/** The organizations that may read and call a model whatever its visibility. */
export function SharesSection({ model, mayPublish }: { model: ManagedModel; mayPublish: boolean }) {
  const { manage } = useStrings();
  const { moment } = useFigures();
  const [leaving, setLeaving] = useState<string>();
  return (
    <Section title={manage.shares} text={manage.sharesText}>
      {model.sharedWith.length === 0 && <Text size="sm">{manage.noShares}</Text>}
      <Stack component="ul" gap="xs" m={0} p={0} style={{ listStyle: 'none' }}>
        {model.sharedWith.map(({ handle, name, since }) => (
          <Group component="li" key={handle} gap="sm">
            <Text size="sm">
              <SafeText text={`${name} (${handle})`} />, {manage.since(moment(since))}
            </Text>
            {mayPublish && (
              <Button size="compact-xs" variant="default" aria-label={manage.stopSharingWith(handle)} onClick={() => setLeaving(handle)}>
                {manage.stopSharing}
              </Button>
            )}
          </Group>
        ))}
      </Stack>
      {mayPublish && <ShareForm model={model} />}
      {leaving !== undefined && (
        <ActionDialog
          modelRef={model.ref}
          title={manage.stopSharingWith(leaving)}
          text={manage.stopSharingText}
          verb={manage.stopSharing}
          danger
          reasoned={false}
          document={StopSharingModelDocument}
          input={{ model: model.name, with: leaving }}
          onClose={() => setLeaving(undefined)}
        />
      )}
    </Section>
  );
}

function ShareForm({ model }: { model: ManagedModel }) {
  const { manage } = useStrings();
  const [handle, setHandle] = useState('');
  const { mutate, isPending, error } = useSend(ShareModelDocument, { changes: [managedKey(model.ref)], done: () => setHandle('') });
  const wanted = handle.trim();
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (wanted !== '') mutate({ input: { model: model.name, with: wanted } });
      }}
    >
      <Stack gap="xs" mt="sm">
        <Group align="flex-end">
          <TextInput label={manage.shareWith} description={manage.shareWithHint} value={handle} maxLength={64} onChange={({ currentTarget }) => setHandle(currentTarget.value)} />
          <Button type="submit" variant="default" loading={isPending} disabled={wanted === ''}>
            {manage.share}
          </Button>
        </Group>
        {error && <Failure error={error} />}
      </Stack>
    </form>
  );
}
