import { Button, Paper, Stack, Text, TextInput } from '@mantine/core';
import { useState, type SubmitEvent } from 'react';
import { useNavigate } from 'react-router';
import { fieldError, FormError, type FieldOfCode } from '../../components/form-error';
import { PageHeader } from '../../components/page-header';
import { OpenOrganizationDocument } from '../../generated/documents';
import { useSession } from '../../server/session';
import { useSend } from '../../server/use-send';
import { useStrings } from '../../strings';
import { isHandle, suggestHandle } from './suggest-handle';

const FIELDS: FieldOfCode<'name' | 'handle'> = {
  'IDENTITY.NAME_INVALID': 'name',
  'IDENTITY.HANDLE_INVALID': 'handle',
  'IDENTITY.HANDLE_RESERVED': 'handle',
  'IDENTITY.HANDLE_TAKEN': 'handle',
};

/** Opens an organization: the first one of somebody new, or another. */
export function WelcomePage() {
  const { welcome } = useStrings();
  const { memberships, refresh } = useSession();
  const navigate = useNavigate();
  const [name, setName] = useState('');
  const [wished, setWished] = useState<string>();
  const handle = wished ?? suggestHandle(name);
  const { mutate, isPending, error, reset } = useSend(OpenOrganizationDocument, {
    done: ({ createOrganization: { organization } }) => void refresh().then(() => navigate(`/org/${organization.handle}`)),
  });

  const open = (event: SubmitEvent) => {
    event.preventDefault();
    mutate({ name, handle });
  };
  const malformed = handle !== '' && !isHandle(handle) ? welcome.handleRule : undefined;
  const first = memberships.length === 0;
  return (
    <>
      <PageHeader title={first ? welcome.title : welcome.another} description={first ? welcome.text : welcome.anotherText} />
      <Paper component="form" onSubmit={open} withBorder p="lg" maw={520}>
        <Stack>
          <TextInput
            label={welcome.name}
            description={welcome.nameText}
            value={name}
            onChange={({ currentTarget }) => {
              setName(currentTarget.value);
              reset();
            }}
            error={fieldError(error, FIELDS, 'name')}
            maxLength={100}
            autoComplete="organization"
            required
            autoFocus
          />
          <TextInput
            label={welcome.handle}
            description={welcome.handleRule}
            value={handle}
            onChange={({ currentTarget }) => {
              setWished(currentTarget.value.toLowerCase());
              reset();
            }}
            error={malformed ?? fieldError(error, FIELDS, 'handle')}
            maxLength={64}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            required
          />
          <Text size="sm" c="dimmed">
            {welcome.example(handle || welcome.handleExample)}
          </Text>
          <FormError error={error} fields={FIELDS} />
          <Button type="submit" loading={isPending} disabled={name.trim() === '' || !isHandle(handle)} style={{ alignSelf: 'flex-start' }}>
            {welcome.open}
          </Button>
        </Stack>
      </Paper>
    </>
  );
}
