import { Button, Group, Modal, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { useStrings } from '../../strings';
import { Failure } from '../failure';

interface ConfirmProps {
  readonly opened: boolean;
  readonly title: string;
  /** What the button does, in a word or two: never "OK". */
  readonly verb: string;
  /** Whether it takes something away. */
  readonly danger?: boolean;
  readonly busy?: boolean;
  /** Whether all that is needed was entered. */
  readonly ready?: boolean;
  readonly error?: unknown;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
  /** What will happen, and whether it can be taken back. */
  readonly children: ReactNode;
}

/** Asks before something that is not easily undone. Escape and "Cancel" leave everything as it is. */
export function Confirm({ opened, title, verb, danger = false, busy = false, ready = true, error, onConfirm, onClose, children }: ConfirmProps) {
  const { shell } = useStrings();
  return (
    <Modal opened={opened} onClose={onClose} title={title} centered closeButtonProps={{ 'aria-label': shell.close }}>
      <Stack>
        <div>{children}</div>
        {error != null && <Failure error={error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} data-autofocus>
            {shell.cancel}
          </Button>
          <Button color={danger ? 'red.9' : undefined} loading={busy} disabled={!ready} onClick={onConfirm}>
            {verb}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
