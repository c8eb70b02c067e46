import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { download } from '../../server/download';
import { useStrings } from '../../strings';

/** Saves the file of a document: of an invoice or a statement. */
export function DownloadButton({ address, number }: { address: string; number: string }) {
  const { invoices } = useStrings();
  const [saving, setSaving] = useState(false);
  const save = async () => {
    setSaving(true);
    const problem = await download(address, `${number}.jsonl`);
    setSaving(false);
    if (problem !== undefined) notifications.show({ color: 'red', title: invoices.downloadFailed, message: problem });
  };
  return (
    <Button loading={saving} onClick={() => void save()}>
      {invoices.download}
    </Button>
  );
}
