import { Stack, TextInput } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { Confirm } from '../actions/confirm';

interface ReasonedDialogProps {
  readonly title: string;
  readonly verb: string;
  readonly danger?: boolean;
  /** What is asked for before it can be done: a reason, or a reference. */
  readonly label: string;
  readonly hint: string;
  readonly busy: boolean;
  readonly error: unknown;
  readonly send: (reason: string) => void;
  readonly close: () => void;
  /** What will happen, and what more to enter. */
  readonly children: ReactNode;
}

/** Asks before something that somebody will want to know the reason of later. */
export function ReasonedDialog({ label, hint, send, close, children, ...confirm }: ReasonedDialogProps) {
  const [reason, setReason] = useState('');
  const given = reason.trim();
  return (
    <Confirm {...confirm} opened ready={given !== ''} onConfirm={() => send(given)} onClose={close}>
      <Stack gap="sm">
        {children}
        <TextInput label={label} description={hint} required value={reason} maxLength={500} onChange={({ currentTarget }) => setReason(currentTarget.value)} />
      </Stack>
    </Confirm>
  );
}
