import { Button, Stack, Textarea } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useState } from 'react';
import { useFigures } from '../../../../components/figures';
import { useStrings } from '../../../../strings';
import type { TableField } from '../input-form';
import { readRow, type Texts } from './read-row';

/** Fills many fields at once, from a spreadsheet's row or from JSON. */
export function PasteRow({ fields, onRow }: { fields: readonly TableField[]; onRow: (texts: Texts) => void }) {
  const { playground } = useStrings().model;
  const { count } = useFigures();
  const [opened, { toggle, close }] = useDisclosure(false);
  const [text, setText] = useState('');
  const [error, setError] = useState<string>();

  const fill = () => {
    const row = readRow(text, fields);
    if (row === 'unread') return setError(playground.pasteUnread);
    if ('given' in row) return setError(playground.pasteCount(count(row.given), count(row.wanted)));
    setError(undefined);
    setText('');
    close();
    onRow(row.texts);
  };
  return (
    <Stack gap="xs" align="flex-start">
      <Button variant="default" size="xs" onClick={toggle} aria-expanded={opened}>
        {playground.paste}
      </Button>
      {opened && (
        <>
          <Textarea w="100%" label={playground.pasteLabel} value={text} error={error} autosize minRows={2} maxRows={8} onChange={(event) => setText(event.currentTarget.value)} />
          <Button size="xs" onClick={fill} disabled={text.trim() === ''}>
            {playground.pasteUse}
          </Button>
        </>
      )}
    </Stack>
  );
}
