import { Badge, Button, Group, Text } from '@mantine/core';
import { useState } from 'react';
import { ReasonedDialog } from '../../../components/operator/reasoned-dialog';
import { useFigures } from '../../../components/figures';
import { SafeText } from '../../../components/safe-text';
import { DismissReportDocument, TakeDownModelDocument, type AbuseReportFieldsFragment } from '../../../generated/documents';
import { useOperatorSend } from '../../../server/use-operator';
import { useStrings } from '../../../strings';
import { useReportsStrings } from '../../../strings/reports';
import { RulingCard } from './ruling-card';
import { RulingDialog } from './ruling-dialog';

/** What one person says of a model, and what can be done about it as long as it is open. */
export function ReportCard({ report: { id, ref, kind, text, reporterId, state, resolution, createdAt, resolvedAt } }: { report: AbuseReportFieldsFragment }) {
  const strings = useReportsStrings();
  const { model } = useStrings();
  const { moment } = useFigures();
  const [doing, setDoing] = useState<'dismiss' | 'take-down'>();
  const stop = () => setDoing(undefined);
  const badges = (
    <>
      <Badge variant="default" tt="none">
        {model.report.kinds[kind]}
      </Badge>
      {state !== 'OPEN' && (
        <Badge variant="default" tt="none">
          {strings.states[state]}
        </Badge>
      )}
    </>
  );
  return (
    <RulingCard modelRef={ref} badges={badges} facts={strings.reported(moment(createdAt), reporterId)}>
      <Text size="sm">
        <SafeText text={text} />
      </Text>
      {resolvedAt && (
        <Text size="sm" c="dimmed">
          {strings.resolved(moment(resolvedAt))} <SafeText text={resolution ?? ''} />
        </Text>
      )}
      {state === 'OPEN' && (
        <Group gap="sm">
          <Button size="xs" variant="default" onClick={() => setDoing('dismiss')} aria-label={`${strings.dismiss}: ${ref}`}>
            {strings.dismiss}
          </Button>
          <Button size="xs" variant="default" c="var(--mantine-color-error)" onClick={() => setDoing('take-down')} aria-label={`${strings.takeDown}: ${ref}`}>
            {strings.takeDown}
          </Button>
        </Group>
      )}
      {doing === 'dismiss' && <DismissDialog id={id} modelRef={ref} close={stop} />}
      {doing === 'take-down' && (
        <RulingDialog
          modelRef={ref}
          document={TakeDownModelDocument}
          title={strings.takeDownTitle(ref)}
          text={strings.takeDownText}
          verb={strings.takeDown}
          hint={strings.takeDownHint}
          danger
          close={stop}
        />
      )}
    </RulingCard>
  );
}

function DismissDialog({ id, modelRef, close }: { id: string; modelRef: string; close: () => void }) {
  const strings = useReportsStrings();
  const { mutate, isPending, error } = useOperatorSend(DismissReportDocument, close);
  return (
    <ReasonedDialog
      title={strings.dismissTitle(modelRef)}
      verb={strings.dismiss}
      label={strings.reason}
      hint={strings.reasonHint}
      busy={isPending}
      error={error}
      send={(reason) => mutate({ id, reason })}
      close={close}
    >
      <Text size="sm">{strings.dismissText}</Text>
    </ReasonedDialog>
  );
}
