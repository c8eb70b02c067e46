import { Button, Menu } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { download } from '../../server/download';
import { useStrings } from '../../strings';
import type { Period } from './period';

type Format = 'csv' | 'jsonl';

/** Saves the calls of a period as a file, for a spreadsheet or for a program. */
export function ExportButton({ side, period, model }: { side: 'consumer' | 'provider'; period: Period; model?: string | undefined }) {
  const { usage } = useStrings();
  const [saving, setSaving] = useState(false);

  const save = async (format: Format) => {
    setSaving(true);
    const address = `/v1/usage.${format}?${queryOf({ side, from: period.from.toISOString(), to: period.to?.toISOString(), model })}`;
    const problem = await download(address, `usage.${format}`);
    setSaving(false);
    if (problem !== undefined) notifications.show({ color: 'red', title: usage.exportFailed, message: problem });
  };
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" loading={saving}>
          {usage.export}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => void save('csv')}>{usage.exportCsv}</Menu.Item>
        <Menu.Item onClick={() => void save('jsonl')}>{usage.exportJsonl}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function queryOf(wanted: Record<string, string | undefined>): URLSearchParams {
  return new URLSearchParams(Object.entries(wanted).filter((entry): entry is [string, string] => entry[1] !== undefined));
}
