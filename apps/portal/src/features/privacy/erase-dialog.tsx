import { Checkbox, List } from '@mantine/core';
import { useState } from 'react';
import { TypedConfirm } from '../../components/actions/typed-confirm';
import { RequestErasureDocument } from '../../generated/documents';
import { useSend } from '../../server/use-send';
import { useLeavingStrings } from '../../strings/leaving';

/** Has an organization erased after a while, once its handle was typed. */
export function EraseDialog({ organization, close }: { organization: string; close: () => void }) {
  const strings = useLeavingStrings();
  const [forfeit, setForfeit] = useState(false);
  const { mutate, isPending, error } = useSend(RequestErasureDocument, { changes: [['erasure', organization]], done: close });
  return (
    <TypedConfirm
      title={strings.eraseTitle(organization)}
      verb={strings.erase}
      danger
      label={strings.handle}
      hint={strings.handleHint(organization)}
      busy={isPending}
      error={error}
      send={(confirm) => mutate({ input: { confirm, forfeit } })}
      close={close}
    >
      <List size="sm" spacing="xs">
        {strings.eraseMeans.map((line) => (
          <List.Item key={line}>{line}</List.Item>
        ))}
      </List>
      <Checkbox label={strings.forfeit} description={strings.forfeitText} checked={forfeit} onChange={({ currentTarget }) => setForfeit(currentTarget.checked)} />
    </TypedConfirm>
  );
}
