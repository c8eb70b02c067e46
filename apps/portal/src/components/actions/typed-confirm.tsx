import { Stack, TextInput } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { Confirm } from './confirm';

export interface TypedConfirmProps {
  readonly title: string;
  readonly verb: string;
  readonly danger?: boolean;
  /** What has to be typed before it can be done. */
  readonly label: string;
  readonly hint: string;
  readonly lengthMax?: number;
  readonly busy: boolean;
  readonly error: unknown;
  /** Is given what was typed, without the blanks around it. Whether it is right, the server says. */
  readonly send: (typed: string) => void;
  readonly close: () => void;
  /** What will happen, and what more to enter. */
  readonly children: ReactNode;
}

/** Asks for a line to be typed before something that nobody should do by a slip of the hand. */
export function TypedConfirm({ label, hint, lengthMax, send, close, children, ...confirm }: TypedConfirmProps) {
  const [text, setText] = useState('');
  const typed = text.trim();
  return (
    <Confirm {...confirm} opened ready={typed !== ''} onConfirm={() => send(typed)} onClose={close}>
      <Stack gap="sm">
        {children}
        <TextInput label={label} description={hint} required value={text} maxLength={lengthMax} autoComplete="off" onChange={({ currentTarget }) => setText(currentTarget.value)} />
      </Stack>
    </Confirm>
  );
}
