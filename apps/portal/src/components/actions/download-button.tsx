import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { download } from '../../server/download';

interface DownloadButtonProps {
  /** Of the file, on this server. */
  readonly address: string;
  /** What the file is called where the server does not say. */
  readonly fallbackName: string;
  readonly label: string;
  /** Stands above what went wrong. */
  readonly failedTitle: string;
}

/** Saves a file of the server's. */
export function DownloadButton({ address, fallbackName, label, failedTitle }: DownloadButtonProps) {
  const [saving, setSaving] = useState(false);
  const save = async () => {
    setSaving(true);
    const problem = await download(address, fallbackName);
    setSaving(false);
    if (problem !== undefined) notifications.show({ color: 'red', title: failedTitle, message: problem });
  };
  return (
    <Button variant="default" loading={saving} onClick={() => void save()}>
      {label}
    </Button>
  );
}
