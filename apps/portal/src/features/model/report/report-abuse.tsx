import { Button, NativeSelect, Stack, Text, Textarea } from '@mantine/core';
import { useState } from 'react';
import { Confirm } from '../../../components/actions/confirm';
import { ReportAbuseDocument, type AbuseKind } from '../../../generated/documents';
import { useSend } from '../../../server/use-send';
import { useStrings } from '../../../strings';

const KINDS = ['ILLEGAL', 'HARMFUL', 'DECEPTIVE', 'RIGHTS', 'PRIVACY', 'OTHER'] as const satisfies readonly AbuseKind[];
const TEXT_LENGTH_MAX = 2_000;

/** Lets somebody who is signed in tell the operator what is wrong with a model. */
export function ReportAbuse({ modelRef }: { modelRef: string }) {
  const { model: strings } = useStrings();
  const [isOpen, setOpen] = useState(false);
  const [isSent, setSent] = useState(false);
  if (isSent) {
    return (
      <Text size="sm" role="status">
        {strings.report.sent}
      </Text>
    );
  }
  return (
    <>
      <Button variant="subtle" size="xs" onClick={() => setOpen(true)}>
        {strings.report.open}
      </Button>
      {isOpen && <ReportDialog modelRef={modelRef} onSent={() => setSent(true)} onClose={() => setOpen(false)} />}
    </>
  );
}

function ReportDialog({ modelRef, onSent, onClose }: { modelRef: string; onSent: () => void; onClose: () => void }) {
  const { model: { report } } = useStrings();
  const [kind, setKind] = useState<AbuseKind>('OTHER');
  const [text, setText] = useState('');
  const { mutate, isPending, error } = useSend(ReportAbuseDocument, { done: onSent });
  const send = () => mutate({ input: { ref: modelRef, kind, text } });
  return (
    <Confirm opened title={report.title} verb={report.send} busy={isPending} ready={text.trim() !== ''} error={error} onConfirm={send} onClose={onClose}>
      <Stack gap="sm">
        <Text size="sm">{report.text}</Text>
        <NativeSelect label={report.kind} value={kind} data={KINDS.map((value) => ({ value, label: report.kinds[value] }))} onChange={({ currentTarget }) => setKind(currentTarget.value as AbuseKind)} />
        <Textarea label={report.what} value={text} maxLength={TEXT_LENGTH_MAX} autosize minRows={4} onChange={({ currentTarget }) => setText(currentTarget.value)} />
      </Stack>
    </Confirm>
  );
}
