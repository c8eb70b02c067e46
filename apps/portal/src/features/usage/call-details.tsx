import { Button, Modal, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { CodeBlock } from '../../components/code-block';
import { Failure } from '../../components/failure';
import { useFigures } from '../../components/figures';
import { Waiting } from '../../components/waiting';
import { CallDetailsDocument, type CallDetailsQuery } from '../../generated/documents';
import { ask } from '../../server/ask';
import { useSession } from '../../server/session';
import { useStrings } from '../../strings';

/** Opens what was masked in a call, and what is kept of it. */
export function CallDetailsButton({ id }: { id: string }) {
  const { privacy } = useStrings();
  const [opened, setOpened] = useState(false);
  return (
    <>
      <Button size="compact-sm" variant="default" onClick={() => setOpened(true)} aria-haspopup="dialog">
        {privacy.details}
      </Button>
      {opened && <CallDetails id={id} close={() => setOpened(false)} />}
    </>
  );
}

function CallDetails({ id, close }: { id: string; close: () => void }) {
  const { privacy, shell } = useStrings();
  const { moment } = useFigures();
  const { can, membership } = useSession();
  const seesContents = can('calls:read');
  const { data, error, refetch } = useQuery({
    queryKey: ['call-details', membership?.organization.id, id],
    queryFn: ({ signal }) => ask(CallDetailsDocument, { id, seesContents }, signal),
    // What is kept is not kept by the browser.
    gcTime: 0,
  });
  const kept = data?.keptCall;
  const masked = data?.prediction?.masked ?? [];
  return (
    <Modal opened onClose={close} title={privacy.detailsTitle} size="lg" closeButtonProps={{ 'aria-label': shell.close }}>
      <Stack>
        {!data && (error ? <Failure error={error} retry={() => void refetch()} /> : <Waiting />)}
        {data && <Text size="sm">{masked.length === 0 ? privacy.maskedNothing : privacy.maskedKinds(masked.map(({ kind, count }) => `${privacy.kinds[kind]} ${count}`).join(', '))}</Text>}
        {data && !kept && <Text size="sm">{seesContents ? privacy.notKept : privacy.notShown}</Text>}
        {kept && (
          <>
            <Content label={privacy.input} content={kept.input} />
            {kept.output && <Content label={privacy.output} content={kept.output} />}
            <Text size="sm" c="dimmed">
              {privacy.keptUntil(moment(kept.keptUntil))}
            </Text>
          </>
        )}
      </Stack>
    </Modal>
  );
}

type KeptContent = NonNullable<CallDetailsQuery['keptCall']>['input'];

function Content({ label, content: { state, value, bytes } }: { label: string; content: KeptContent }) {
  const { privacy } = useStrings();
  return (
    <div>
      <Text fw={600} size="sm">
        {label}
      </Text>
      {state === 'KEPT' ? <CodeBlock code={JSON.stringify(value, null, 2)} language="json" label={label} /> : <Text size="sm">{privacy.absent[state](bytes)}</Text>}
    </div>
  );
}
