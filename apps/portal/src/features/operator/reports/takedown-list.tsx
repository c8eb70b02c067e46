import { Button, Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useFigures } from '../../../components/figures';
import { SafeText } from '../../../components/safe-text';
import { Section } from '../../../components/section';
import { KeepTakedownDocument, RestoreModelDocument, type TakedownsQuery } from '../../../generated/documents';
import { useReportsStrings } from '../../../strings/reports';
import { RulingCard } from './ruling-card';
import { RulingDialog } from './ruling-dialog';

type Takedown = TakedownsQuery['takedowns'][number];

/** The models that are down, what their providers say to it, and what can be decided then. */
export function TakedownList({ takedowns }: { takedowns: readonly Takedown[] }) {
  const strings = useReportsStrings();
  return (
    <Section title={strings.takedowns} text={strings.takedownsText}>
      {takedowns.length === 0 && <Text c="dimmed">{strings.noTakedowns}</Text>}
      <Stack component="ul" gap="sm" m={0} p={0} style={{ listStyle: 'none' }}>
        {takedowns.map((takedown) => (
          <TakedownCard key={takedown.id} takedown={takedown} />
        ))}
      </Stack>
    </Section>
  );
}

function TakedownCard({ takedown: { ref, reason, since, appeal, appealedAt, decision, decisionReason, decidedAt } }: { takedown: Takedown }) {
  const strings = useReportsStrings();
  const { moment } = useFigures();
  const [deciding, setDeciding] = useState<'restore' | 'keep'>();
  const stop = () => setDeciding(undefined);
  return (
    <RulingCard modelRef={ref} facts={strings.since(moment(since))}>
      <Text size="sm">
        <SafeText text={reason} />
      </Text>
      {appeal ? (
        <Text size="sm">
          {strings.appealed(moment(appealedAt!))} <SafeText text={appeal} />
        </Text>
      ) : (
        <Text size="sm" c="dimmed">
          {strings.notAppealed}
        </Text>
      )}
      {decision && (
        <Text size="sm">
          {strings.kept(moment(decidedAt!))} <SafeText text={decisionReason ?? ''} />
        </Text>
      )}
      <Group gap="sm">
        <Button size="xs" variant="default" onClick={() => setDeciding('restore')} aria-label={`${strings.restore}: ${ref}`}>
          {strings.restore}
        </Button>
        {appeal && !decision && (
          <Button size="xs" variant="default" onClick={() => setDeciding('keep')} aria-label={`${strings.keep}: ${ref}`}>
            {strings.keep}
          </Button>
        )}
      </Group>
      {deciding === 'restore' && (
        <RulingDialog
          modelRef={ref}
          document={RestoreModelDocument}
          title={strings.restoreTitle(ref)}
          text={strings.restoreText}
          verb={strings.restore}
          hint={strings.rulingHint}
          close={stop}
        />
      )}
      {deciding === 'keep' && (
        <RulingDialog
          modelRef={ref}
          document={KeepTakedownDocument}
          title={strings.keepTitle(ref)}
          text={strings.keepText}
          verb={strings.keep}
          hint={strings.rulingHint}
          close={stop}
        />
      )}
    </RulingCard>
  );
}
