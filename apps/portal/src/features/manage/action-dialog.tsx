import { Stack, Text, TextInput } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { Confirm } from '../../components/actions/confirm';
import { useSend } from '../../server/use-send';
import type { TypedDocumentString } from '../../generated/documents';
import { useStrings } from '../../strings';
import { managedKey } from './use-managed-model';

interface ActionDialogProps<Result, Input extends object> {
  /** The model's, owner/name. */
  readonly modelRef: string;
  readonly title: string;
  readonly text: string;
  readonly verb: string;
  readonly danger?: boolean;
  readonly document: TypedDocumentString<Result, { input: Input }>;
  readonly input: Input;
  /** Whether the history keeps why. */
  readonly reasoned?: boolean;
  readonly onClose: () => void;
  /** More to enter, which the caller puts into `input`. */
  readonly children?: ReactNode;
}

/** Asks before a change of a model, with a reason for its history, and sends it. */
export function ActionDialog<Result, Input extends object>({ modelRef, title, text, verb, danger = false, document, input, reasoned = true, onClose, children }: ActionDialogProps<Result, Input>) {
  const { manage } = useStrings();
  const [reason, setReason] = useState('');
  const { mutate, isPending, error } = useSend(document, { changes: [managedKey(modelRef), ['models']], done: onClose });
  const send = () => mutate({ input: { ...input, ...(reasoned && reason.trim() !== '' && { reason: reason.trim() }) } });
  return (
    <Confirm opened title={title} verb={verb} danger={danger} busy={isPending} error={error} onConfirm={send} onClose={onClose}>
      <Stack gap="sm">
        <Text size="sm">{text}</Text>
        {children}
        {reasoned && <TextInput label={manage.reason} description={manage.reasonHint} value={reason} maxLength={500} onChange={({ currentTarget }) => setReason(currentTarget.value)} />}
      </Stack>
    </Confirm>
  );
}
