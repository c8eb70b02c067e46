import { Button, Group, PasswordInput, Text } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { useStrings } from '../../strings';

/** Asks for the operator's key. */
export function KeyForm({ onEnter }: { onEnter: (key: string) => void }) {
  const { operator: strings } = useStrings();
  const [key, setKey] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (key.trim() !== '') onEnter(key.trim());
  };
  return (
    <form onSubmit={submit}>
      <Group align="flex-end">
        <PasswordInput label={strings.key} description={strings.keyText} value={key} onChange={({ currentTarget }) => setKey(currentTarget.value)} autoComplete="off" miw={280} flex="0 1 480px" />
        <Button type="submit" disabled={key.trim() === ''}>
          {strings.enter}
        </Button>
      </Group>
      <Text size="xs" c="dimmed" mt="xs">
        {strings.keyKept}
      </Text>
    </form>
  );
}
