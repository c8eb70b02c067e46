import { Button, Group, Text } from '@mantine/core';
import { useState } from 'react';
import { DownloadButton } from '../../components/actions/download-button';
import { TypedConfirm } from '../../components/actions/typed-confirm';
import { Section } from '../../components/section';
import { EraseAccountDocument } from '../../generated/documents';
import { signOut, useSession } from '../../server/session';
import { useSend } from '../../server/use-send';
import { useLeavingStrings } from '../../strings/leaving';

/** A person's data to take out, and their account to erase. */
export function LeavePlatform() {
  const strings = useLeavingStrings();
  const [erasing, setErasing] = useState(false);
  return (
    <Section title={strings.account} text={strings.accountText}>
      <Group>
        <DownloadButton address="/v1/account.json" fallbackName="steelyard-account.json" label={strings.downloadAccount} failedTitle={strings.downloadFailed} />
        <Button variant="default" c="var(--mantine-color-error)" onClick={() => setErasing(true)}>
          {strings.eraseAccount}
        </Button>
      </Group>
      {erasing && <EraseAccount close={() => setErasing(false)} />}
    </Section>
  );
}

function EraseAccount({ close }: { close: () => void }) {
  const strings = useLeavingStrings();
  const { person } = useSession();
  // The session is gone with the account; this clears the browser of it, and opens the first page as nobody.
  const { mutate, isPending, error } = useSend(EraseAccountDocument, { done: () => void signOut() });
  return (
    <TypedConfirm
      title={strings.eraseAccountTitle}
      verb={strings.eraseAccount}
      danger
      label={strings.email}
      hint={strings.emailHint(person?.email ?? '')}
      busy={isPending}
      error={error}
      send={(confirm) => mutate({ confirm })}
      close={close}
    >
      <Text size="sm">{strings.eraseAccountText}</Text>
    </TypedConfirm>
  );
}
