import { Button, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useParams } from 'react-router';
import { DownloadButton } from '../../components/actions/download-button';
import { Failure } from '../../components/failure';
import { Section } from '../../components/section';
import { ErasureDocument } from '../../generated/documents';
import { ask } from '../../server/ask';
import { useSession } from '../../server/session';
import { useLeavingStrings } from '../../strings/leaving';
import { EraseDialog } from './erase-dialog';
import { ErasureState } from './erasure-state';

/** An organization's data to take out, and the organization to erase. Others than owners are told that it is to be erased, and no more. */
export function YourData() {
  const strings = useLeavingStrings();
  const { organization = '' } = useParams();
  const { can } = useSession();
  const { data, error, refetch } = useQuery({ queryKey: ['erasure', organization], queryFn: ({ signal }) => ask(ErasureDocument, undefined, signal) });
  const [erasing, setErasing] = useState(false);
  const mayErase = can('organization:erase');
  const erasure = data?.erasure;
  const erase = mayErase && data && !erasure && (
    <Button variant="default" c="var(--mantine-color-error)" onClick={() => setErasing(true)}>
      {strings.erase}
    </Button>
  );
  return (
    <Stack gap="xl" mt="xl">
      {mayErase && (
        <Section
          title={strings.data}
          text={strings.dataText}
          action={<DownloadButton address="/v1/export.jsonl" fallbackName={`${organization}-export.jsonl`} label={strings.download} failedTitle={strings.downloadFailed} />}
        />
      )}
      {error && <Failure error={error} retry={() => void refetch()} />}
      {(mayErase || erasure) && (
        <Section title={strings.erase} text={strings.eraseText} action={erase}>
          {erasure && <ErasureState erasure={erasure} mayCancel={mayErase} />}
        </Section>
      )}
      {erasing && <EraseDialog organization={organization} close={() => setErasing(false)} />}
    </Stack>
  );
}
