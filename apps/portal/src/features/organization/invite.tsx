import { Button, Group, Modal, Select, Stack, Text, TextInput } from '@mantine/core';
import { useState, type SubmitEvent } from 'react';
import { CodeBlock } from '../../components/code-block';
import { fieldError, FormError, type FieldOfCode } from '../../components/form-error';
import { InviteMemberDocument, type Role } from '../../generated/documents';
import { useSend } from '../../server/use-send';
import { useStrings } from '../../strings';

const FIELDS: FieldOfCode<'email' | 'role'> = { 'IDENTITY.EMAIL_INVALID': 'email', 'IDENTITY.ALREADY_MEMBER': 'email', 'IDENTITY.OWNERS_ONLY': 'role' };

interface InviteProps {
  readonly roles: readonly Role[];
  readonly handle: string;
  readonly close: () => void;
}

/** Makes an invitation and shows its link, this once: whoever invites sends it on. */
export function Invite({ roles, handle, close }: InviteProps) {
  const { organization: strings, shell } = useStrings();
  const [email, setEmail] = useState('');
  const [role, setRole] = useState<Role>('DEVELOPER');
  const { mutate, data, isPending, error } = useSend(InviteMemberDocument, { changes: [['organization', handle]] });
  const invite = (event: SubmitEvent) => {
    event.preventDefault();
    mutate({ email, role });
  };

  if (data) {
    return (
      <Modal opened onClose={close} title={strings.linkTitle} size="lg" closeOnClickOutside={false} closeButtonProps={{ 'aria-label': shell.close }}>
        <Stack>
          <Text>{strings.linkText(data.inviteMember.invitation.email)}</Text>
          <CodeBlock code={data.inviteMember.link} language="text" label={strings.link} wrap />
          <Group justify="flex-end">
            <Button onClick={close}>{strings.linkSent}</Button>
          </Group>
        </Stack>
      </Modal>
    );
  }
  return (
    <Modal opened onClose={close} title={strings.invite} closeButtonProps={{ 'aria-label': shell.close }}>
      <Stack component="form" onSubmit={invite}>
        <TextInput
          type="email"
          label={strings.email}
          description={strings.emailText}
          value={email}
          onChange={({ currentTarget }) => setEmail(currentTarget.value)}
          error={fieldError(error, FIELDS, 'email')}
          autoComplete="off"
          required
          data-autofocus
        />
        <Select
          label={strings.role}
          description={strings.roleTexts[role]}
          data={roles.map((value) => ({ value, label: strings.roles[value] }))}
          value={role}
          onChange={(value) => setRole((value) ?? role)}
          error={fieldError(error, FIELDS, 'role')}
          allowDeselect={false}
        />
        <FormError error={error} fields={FIELDS} />
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {shell.cancel}
          </Button>
          <Button type="submit" loading={isPending} disabled={email.trim() === ''}>
            {strings.makeLink}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
