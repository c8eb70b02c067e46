import { Badge, Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { useFigures } from '../../../components/figures';
import { SafeText } from '../../../components/safe-text';
import { RollbackDocument } from '../../../generated/documents';
import { useSession } from '../../../server/session';
import { useStrings } from '../../../strings';
import { ActionDialog } from '../action-dialog';
import type { ManagedChannel, ManagedModel } from '../use-managed-model';
import { CanaryView } from './canary-view';
import { rollbackTarget } from './rollback-target';

/** One channel: what it points to, its canary, and how it came to be so. */
export function ChannelCard({ model, channel }: { model: ManagedModel; channel: ManagedChannel }) {
  const { manage } = useStrings();
  const figures = useFigures();
  const { can } = useSession();
  const [rollingBack, setRollingBack] = useState(false);
  const { name, version, updatedAt, canary, history } = channel;
  const target = can('models:publish') ? rollbackTarget(history) : undefined;

  return (
    <Paper component="li" withBorder p="md" data-channel={name}>
      <Stack gap="sm">
        <Group justify="space-between">
          <Group gap="sm">
            <Title order={3} size="h5">
              {name}
            </Title>
            <Badge variant="default" tt="none" size="lg" maw="100%" title={version.version}>
              {version.version}
            </Badge>
            <Text size="sm">{manage.since(figures.moment(updatedAt))}</Text>
          </Group>
          {target !== undefined && (
            <Button size="xs" variant="default" onClick={() => setRollingBack(true)}>
              {manage.rollback}
            </Button>
          )}
        </Group>
        {canary && <CanaryView model={model} channel={name} canary={canary} />}
        <details>
          <summary>{manage.history}</summary>
          <History entries={history} />
        </details>
      </Stack>
      {rollingBack && target !== undefined && (
        <ActionDialog
          modelRef={model.ref}
          title={manage.rollbackTitle(name)}
          text={manage.rollbackText(name, version.version, target)}
          verb={manage.rollback}
          danger
          document={RollbackDocument}
          input={{ model: model.name, channel: name }}
          onClose={() => setRollingBack(false)}
        />
      )}
    </Paper>
  );
}

/** Who did what, when and why; newest first. */
function History({ entries }: { entries: ManagedChannel['history'] }) {
  const { manage } = useStrings();
  const figures = useFigures();
  return (
    <Stack component="ol" gap={4} pl="lg" my="xs">
      {entries.map(({ action, from, to, reason, actorName, actorId, createdAt }, index) => (
        <Text component="li" size="sm" key={index}>
          {figures.moment(createdAt)}: {manage.actions[action] ?? action} <SafeText text={from == null ? to : `${from} → ${to}`} />, <SafeText text={actorId === 'steelyard' ? manage.steelyard : (actorName ?? actorId ?? '')} />
          {reason != null && (
            <>
              {' – '}
              <SafeText text={reason} />
            </>
          )}
        </Text>
      ))}
    </Stack>
  );
}
