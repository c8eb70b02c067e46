import { Button, Stack, Switch, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Confirm } from '../../../components/actions/confirm';
import { Failure } from '../../../components/failure';
import { useFigures } from '../../../components/figures';
import { SafeText } from '../../../components/safe-text';
import { Section } from '../../../components/section';
import { RequireSignaturesDocument, RevokeSigningKeyDocument, SigningDocument, type SigningFieldsFragment } from '../../../generated/documents';
import { ask } from '../../../server/ask';
import { useSend } from '../../../server/use-send';
import { useStrings } from '../../../strings';
import { RegisterSigningKey } from './register-signing-key';
import { SigningKeyRow } from './signing-key-row';

type SigningKey = SigningFieldsFragment['keys'][number];

/** Who may sign versions in the organization's name, and whether they must. Those who do not manage it look on. */
export function Signing({ manage, handle }: { manage: boolean; handle: string }) {
  const { signing: strings } = useStrings();
  const { moment } = useFigures();
  const changes = [['signing', handle]];
  const { data, error, refetch } = useQuery({ queryKey: ['signing', handle], queryFn: ({ signal }) => ask(SigningDocument, undefined, signal) });
  const [registering, setRegistering] = useState(false);
  const [revoking, setRevoking] = useState<SigningKey>();
  const revoke = useSend(RevokeSigningKeyDocument, { changes, done: () => setRevoking(undefined) });
  const require = useSend(RequireSignaturesDocument, { changes });
  const closeRevoking = () => {
    setRevoking(undefined);
    revoke.reset();
  };

  if (!data) return error ? <Failure error={error} retry={() => void refetch()} /> : null;
  const { keys, requiredSince } = data.signing;
  return (
    <Section title={strings.title} text={strings.text} action={manage && <Button variant="default" onClick={() => setRegistering(true)}>{strings.register}</Button>}>
      <Switch
        mb="sm"
        label={strings.required}
        description={requiredSince == null ? strings.requiredText : strings.requiredSince(moment(requiredSince))}
        checked={requiredSince != null}
        disabled={!manage || require.isPending}
        onChange={({ currentTarget }) => require.mutate({ required: currentTarget.checked })}
      />
      {require.error && <Failure error={require.error} />}
      {keys.length === 0 && <Text c="dimmed">{strings.none}</Text>}
      <Stack component="ul" gap="sm" m={0} p={0} style={{ listStyle: 'none' }}>
        {keys.map((key) => (
          <SigningKeyRow key={key.id} signingKey={key} revoke={manage ? () => setRevoking(key) : undefined} />
        ))}
      </Stack>
      {registering && <RegisterSigningKey handle={handle} close={() => setRegistering(false)} />}
      <Confirm
        opened={revoking !== undefined}
        danger
        title={strings.revokeTitle}
        verb={strings.revoke}
        busy={revoke.isPending}
        error={revoke.error}
        onConfirm={() => revoking && revoke.mutate({ id: revoking.id })}
        onClose={closeRevoking}
      >
        <Text>
          <SafeText text={revoking?.name ?? ''} />: {strings.revokeText}
        </Text>
      </Confirm>
    </Section>
  );
}
