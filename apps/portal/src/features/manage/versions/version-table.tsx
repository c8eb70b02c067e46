import { Badge, Button, Code, Group, Menu, Paper, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useFigures } from '../../../components/figures';
import { SafeText } from '../../../components/safe-text';
import { useSession } from '../../../server/session';
import { useStrings } from '../../../strings';
import { PriceText } from '../../catalog/price-text';
import { CanaryDialog } from '../channels/canary-dialog';
import type { ManagedModel, ManagedVersion } from '../use-managed-model';
import { DeprecateDialog, ReleaseDialog, RestoreDialog } from './version-dialogs';

const DIGEST_SHOWN = 12;

/** The versions of a model, newest first, each with what can be done with it. */
export function VersionTable({ model }: { model: ManagedModel }) {
  return (
    <Stack component="ul" gap="xs" m={0} p={0} style={{ listStyle: 'none' }}>
      {model.versions.map((version) => (
        <VersionRow key={version.id} model={model} version={version} />
      ))}
    </Stack>
  );
}

function VersionRow({ model, version }: { model: ManagedModel; version: ManagedVersion }) {
  const { manage } = useStrings();
  const figures = useFigures();
  const { can } = useSession();
  const [asking, setAsking] = useState<'release' | 'canary' | 'deprecate' | 'restore'>();
  const dialog = { model, version, onClose: () => setAsking(undefined) };
  const { deprecation } = version;
  const p95 = (version.measurements as { latencyMs?: { p95?: number } } | null)?.latencyMs?.p95;
  const isReady = version.state === 'READY';
  const canCanary = isReady && model.channels.some((channel) => channel.version.version !== version.version);

  return (
    <Paper component="li" withBorder p="sm" data-version={version.version}>
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <Stack gap={2} miw={0}>
          <Group gap="xs">
            <Text fw={600}>
              <SafeText text={version.version} />
            </Text>
            {!isReady && <Badge variant="default" tt="none">{manage.states[version.state]}</Badge>}
            {model.channels.filter((channel) => channel.version.version === version.version).map(({ name }) => (
              <Badge key={name} variant="default" tt="none">{name}</Badge>
            ))}
            {deprecation && <Badge variant="default" tt="none">{manage.deprecated(figures.moment(deprecation.sunsetAt))}</Badge>}
          </Group>
          <Text size="sm">
            {figures.moment(version.createdAt)} · <PriceText price={version.price} />
            {p95 !== undefined && ` · ${manage.p95} ${figures.duration(p95)}`}
            {deprecation?.successor != null && ` · ${manage.successor(deprecation.successor)}`}
          </Text>
          <Code fz="xs" title={version.digest} w="fit-content">
            {version.digest.slice(0, DIGEST_SHOWN)}
          </Code>
        </Stack>
        {isReady && can('models:publish') && (
          <Group gap="xs" wrap="nowrap">
            <Button size="xs" variant="default" onClick={() => setAsking('release')}>
              {manage.release}
            </Button>
            <Menu position="bottom-end">
              <Menu.Target>
                <Button size="xs" variant="default" px="xs" aria-label={manage.actionsOf(version.version)}>
                  ⋯
                </Button>
              </Menu.Target>
              <Menu.Dropdown>
                {canCanary && <Menu.Item onClick={() => setAsking('canary')}>{manage.canary}</Menu.Item>}
                <Menu.Item onClick={() => setAsking('deprecate')}>{deprecation ? manage.changeDeprecation : manage.deprecate}</Menu.Item>
                {deprecation && <Menu.Item onClick={() => setAsking('restore')}>{manage.restore}</Menu.Item>}
              </Menu.Dropdown>
            </Menu>
          </Group>
        )}
      </Group>
      {asking === 'release' && <ReleaseDialog {...dialog} />}
      {asking === 'canary' && <CanaryDialog {...dialog} version={version.version} />}
      {asking === 'deprecate' && <DeprecateDialog {...dialog} />}
      {asking === 'restore' && <RestoreDialog {...dialog} />}
    </Paper>
  );
}
