import { Button, Group, Stack, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState, type SubmitEvent } from 'react';
import { fieldError, FormError, type FieldOfCode } from '../../components/form-error';
import { RenameOrganizationDocument } from '../../generated/documents';
import { useSend } from '../../server/use-send';
import { useStrings } from '../../strings';
import { Section } from '../../components/section';

const FIELDS: FieldOfCode<'name'> = { 'IDENTITY.NAME_INVALID': 'name' };

export function Rename({ name, handle }: { name: string; handle: string }) {
  const { organization: strings, shell } = useStrings();
  const [wished, setWished] = useState(name);
  const { mutate, isPending, error } = useSend(RenameOrganizationDocument, {
    changes: [['organization', handle], ['viewer']],
    done: () => notifications.show({ message: strings.renamed, closeButtonProps: { 'aria-label': shell.close } }),
  });
  const rename = (event: SubmitEvent) => {
    event.preventDefault();
    mutate({ name: wished });
  };

  return (
    <Section title={strings.nameTitle} text={strings.handleStays(handle)}>
      <Stack component="form" onSubmit={rename} maw={520}>
        <Group align="flex-end" gap="sm">
          <TextInput
            label={strings.name}
            value={wished}
            onChange={({ currentTarget }) => setWished(currentTarget.value)}
            error={fieldError(error, FIELDS, 'name')}
            maxLength={100}
            autoComplete="organization"
            required
            style={{ flex: '1 1 220px' }}
          />
          <Button type="submit" variant="default" loading={isPending} disabled={wished.trim() === '' || wished === name}>
            {strings.rename}
          </Button>
        </Group>
        <FormError error={error} fields={FIELDS} />
      </Stack>
    </Section>
  );
}
