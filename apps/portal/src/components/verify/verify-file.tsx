import { Button, Group, Stack, Text } from '@mantine/core';
import { useRef, useState } from 'react';
import { useDropPlace } from '../../browser/use-drop-place';
import { useStrings } from '../../strings';
import { useVerification } from './use-verification';
import { VerificationView } from './verification-view';
import classes from './verify.module.css';

/** Computes a document's file again that somebody drops or chooses, of whatever organization. The server is not asked, and need not be there. */
export function VerifyFile({ knownHash }: { knownHash?: (number: string) => string | undefined }) {
  const { verify } = useStrings();
  const verifying = useVerification();
  const [name, setName] = useState<string>();
  const input = useRef<HTMLInputElement>(null);

  const take = (file: File | undefined) => {
    if (!file) return;
    setName(file.name);
    verifying.verify({ file });
  };
  const { over, handlers } = useDropPlace(({ files }) => take(files[0]), !verifying.isFree);
  return (
    <Stack gap="sm">
      <div className={classes.drop} data-active={over || undefined} data-testid="verify-drop" {...handlers}>
        <Group justify="center" gap="sm">
          <Text>{verify.drop}</Text>
          <Button variant="default" size="sm" disabled={!verifying.isFree} onClick={() => input.current?.click()}>
            {verify.choose}
          </Button>
        </Group>
        <input
          ref={input}
          type="file"
          hidden
          accept=".jsonl,application/jsonl"
          aria-label={verify.choose}
          onChange={({ currentTarget }) => {
            take(currentTarget.files?.[0]);
            // The same file may be chosen again after it was changed.
            currentTarget.value = '';
          }}
        />
      </div>
      <VerificationView verifying={verifying} name={name} knownHash={knownHash} />
    </Stack>
  );
}
