import { Button, Group, TextInput } from '@mantine/core';
import { useState, type SubmitEvent } from 'react';

interface LookUpFormProps {
  readonly label: string;
  readonly hint: string;
  readonly verb: string;
  readonly find: (text: string) => void;
}

/** Asks for the name of one thing. */
export function LookUpForm({ label, hint, verb, find }: LookUpFormProps) {
  const [text, setText] = useState('');
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (text.trim() !== '') find(text.trim());
  };
  return (
    <Group component="form" align="flex-end" onSubmit={submit}>
      <TextInput label={label} description={hint} value={text} onChange={({ currentTarget }) => setText(currentTarget.value)} autoComplete="off" spellCheck={false} miw={240} flex="0 1 420px" />
      <Button type="submit" disabled={text.trim() === ''}>
        {verb}
      </Button>
    </Group>
  );
}
