import { Button, Group, Modal, Stack, Textarea, TextInput } from '@mantine/core';
import { useState, type SubmitEvent } from 'react';
import { fieldError, FormError, type FieldOfCode } from '../../../components/form-error';
import { RegisterSigningKeyDocument } from '../../../generated/documents';
import { useSend } from '../../../server/use-send';
import { useStrings } from '../../../strings';

const FIELDS: FieldOfCode<'name' | 'publicKey'> = { 'PUBLISHING.SIGNING_KEY_INVALID': 'publicKey', 'PUBLISHING.SIGNING_KEY_TAKEN': 'name' };

/** Takes the public part alone: whoever pastes a private key is told so, and it is not kept. */
export function RegisterSigningKey({ handle, close }: { handle: string; close: () => void }) {
  const { signing: strings, shell } = useStrings();
  const [name, setName] = useState('');
  const [publicKey, setPublicKey] = useState('');
  const { mutate, isPending, error } = useSend(RegisterSigningKeyDocument, { changes: [['signing', handle]], done: close });
  const isPrivate = publicKey.includes('PRIVATE');
  const send = (event: SubmitEvent) => {
    event.preventDefault();
    mutate({ input: { name, publicKey } });
  };
  return (
    <Modal opened onClose={close} title={strings.register} size="lg" closeButtonProps={{ 'aria-label': shell.close }}>
      <Stack component="form" onSubmit={send}>
        <TextInput
          label={strings.name}
          description={strings.nameText}
          value={name}
          onChange={({ currentTarget }) => setName(currentTarget.value)}
          error={fieldError(error, FIELDS, 'name')}
          maxLength={100}
          autoComplete="off"
          required
          data-autofocus
        />
        <Textarea
          label={strings.publicKey}
          description={strings.publicKeyText}
          placeholder="-----BEGIN PUBLIC KEY-----"
          value={publicKey}
          onChange={({ currentTarget }) => setPublicKey(currentTarget.value)}
          error={isPrivate ? strings.isPrivate : fieldError(error, FIELDS, 'publicKey')}
          autosize
          minRows={4}
          maxRows={8}
          spellCheck={false}
          required
        />
        <FormError error={error} fields={FIELDS} />
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {shell.cancel}
          </Button>
          <Button type="submit" loading={isPending} disabled={name.trim() === '' || publicKey.trim() === '' || isPrivate}>
            {strings.register}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
