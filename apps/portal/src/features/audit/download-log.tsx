import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { download } from '../../server/download';
import { useStrings } from '../../strings';

/** Saves the whole log, as a file that can be verified. */
export function DownloadLog() {
  const { audit } = useStrings();
  const [saving, setSaving] = useState(false);
  const save = async () => {
    setSaving(true);
    const problem = await download('/v1/audit.jsonl', 'audit.jsonl');
    setSaving(false);
    if (problem !== undefined) notifications.show({ color: 'red', title: audit.downloadFailed, message: problem });
  };
  return (
    <Button variant="default" loading={saving} onClick={() => void save()}>
      {audit.download}
    </Button>
  );
}
