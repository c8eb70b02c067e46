import { Button, Text, Textarea } from '@mantine/core';
import { useState } from 'react';
import { Caution } from '../../../components/caution';
import { useFigures } from '../../../components/figures';
import { SafeText } from '../../../components/safe-text';
import { AppealTakedownDocument } from '../../../generated/documents';
import { useStrings } from '../../../strings';
import { ActionDialog } from '../action-dialog';
import type { ManagedModel } from '../use-managed-model';

const NOTE_LENGTH_MAX = 2_000;

/** Tells the provider that the operator has taken a model down, why, and what came of the provider's answer. */
export function TakedownNotice({ model, mayPublish }: { model: ManagedModel; mayPublish: boolean }) {
  const { manage } = useStrings();
  const { moment } = useFigures();
  const [note, setNote] = useState<string>();
  const { takedown } = model;
  if (!takedown) return null;
  const { reason, since, appeal, appealedAt, decision, decisionReason, decidedAt } = takedown;
  const restored = decision === 'RESTORED';
  return (
    <Caution title={restored ? manage.wasTakenDown(moment(since)) : manage.takenDown(moment(since))}>
      <Text size="sm">
        <SafeText text={reason} />
      </Text>
      {!restored && <Text size="sm">{manage.takenDownText}</Text>}
      {appeal && (
        <Text size="sm">
          {manage.yourNote(moment(appealedAt!))} <SafeText text={appeal} />
        </Text>
      )}
      {decision && (
        <Text size="sm">
          {(restored ? manage.restored : manage.kept)(moment(decidedAt!))} <SafeText text={decisionReason!} />
        </Text>
      )}
      {mayPublish && !restored && !appeal && (
        <Button size="xs" variant="default" mt="xs" onClick={() => setNote('')}>
          {manage.appeal}
        </Button>
      )}
      {note !== undefined && (
        <ActionDialog
          modelRef={model.ref}
          title={manage.appeal}
          text={manage.appealText}
          verb={manage.sendNote}
          reasoned={false}
          document={AppealTakedownDocument}
          input={{ model: model.name, note }}
          onClose={() => setNote(undefined)}
        >
          <Textarea label={manage.note} value={note} maxLength={NOTE_LENGTH_MAX} autosize minRows={4} onChange={({ currentTarget }) => setNote(currentTarget.value)} />
        </ActionDialog>
      )}
    </Caution>
  );
}
