import { Badge, Button, Group, Paper, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { cleanText } from '../../components/clean-text';
import { Confirm } from '../../components/actions/confirm';
import { useFigures } from '../../components/figures';
import { SafeText } from '../../components/safe-text';
import { RevokeInvitationDocument, type InvitationFieldsFragment } from '../../generated/documents';
import { useSend } from '../../server/use-send';
import { useStrings } from '../../strings';
import { Invite } from './invite';
import { rolesToGive, type Managing } from './roles';
import { Section } from '../../components/section';

interface InvitationsProps {
  readonly invitations: readonly InvitationFieldsFragment[];
  readonly managing: Managing;
  readonly handle: string;
}

export function Invitations({ invitations, managing, handle }: InvitationsProps) {
  const { organization: strings } = useStrings();
  const [inviting, setInviting] = useState(false);
  const [revoking, setRevoking] = useState<InvitationFieldsFragment>();
  const { mutate, isPending, error, reset } = useSend(RevokeInvitationDocument, { changes: [['organization', handle]], done: () => setRevoking(undefined) });
  const close = () => {
    setRevoking(undefined);
    reset();
  };

  return (
    <Section title={strings.invitations} text={strings.invitationsText} action={<Button onClick={() => setInviting(true)}>{strings.invite}</Button>}>
      {invitations.length === 0 && <Text c="dimmed">{strings.noInvitations}</Text>}
      <Stack component="ul" gap="sm" m={0} p={0} style={{ listStyle: 'none' }}>
        {invitations.map((invitation) => (
          <InvitationRow key={invitation.id} invitation={invitation} revoke={() => setRevoking(invitation)} />
        ))}
      </Stack>
      {inviting && <Invite roles={rolesToGive(managing)} handle={handle} close={() => setInviting(false)} />}
      <Confirm
        opened={revoking !== undefined}
        danger
        title={strings.revokeTitle}
        verb={strings.revoke}
        busy={isPending}
        error={error}
        onConfirm={() => revoking && mutate({ id: revoking.id })}
        onClose={close}
      >
        <Text>
          <SafeText text={revoking?.email ?? ''} />: {strings.revokeText}
        </Text>
      </Confirm>
    </Section>
  );
}

function InvitationRow({ invitation, revoke }: { invitation: InvitationFieldsFragment; revoke: () => void }) {
  const { organization: strings } = useStrings();
  const { day, moment } = useFigures();
  const { email, role, state, createdAt, expiresAt, acceptedAt } = invitation;
  const until = state === 'OPEN' ? strings.goodUntil(moment(expiresAt)) : acceptedAt != null ? strings.acceptedAt(moment(acceptedAt)) : undefined;
  return (
    <Paper withBorder p="md" component="li">
      <Group justify="space-between" gap="sm">
        <Stack gap={2} miw={0} style={{ flex: '1 1 240px' }}>
          <Group gap="xs">
            <Text fw={600}>
              <SafeText text={email} lines={2} />
            </Text>
            <Badge variant="dot" color={state === 'OPEN' ? 'yellow.9' : state === 'ACCEPTED' ? 'green.9' : 'gray.7'}>
              {strings.states[state]}
            </Badge>
          </Group>
          <Text size="sm" c="dimmed">
            {[strings.roles[role], strings.invitedOn(day(createdAt)), until].filter((part) => part !== undefined).join(' · ')}
          </Text>
        </Stack>
        {state === 'OPEN' && (
          <Button variant="default" size="sm" c="var(--mantine-color-error)" onClick={revoke} aria-label={`${strings.revoke}: ${cleanText(email)}`}>
            {strings.revoke}
          </Button>
        )}
      </Group>
    </Paper>
  );
}
