import { Anchor, Badge, Code, Group, Paper, Stack, Text } from '@mantine/core';
import { Link } from 'react-router';
import { useFigures } from '../../../components/figures';
import { SafeText } from '../../../components/safe-text';
import { useStrings } from '../../../strings';
import { PriceText } from '../../catalog/price-text';
import type { Model } from '../model';
import { readMeasurements } from './measurements';

type Version = Model['versions'][number];

export function VersionList({ model, shown }: { model: Model; shown: string }) {
  return (
    <Stack component="ul" gap="sm" m={0} p={0} style={{ listStyle: 'none' }}>
      {model.versions.map((version) => (
        <Paper component="li" withBorder p="sm" key={version.id}>
          <VersionEntry version={version} isShown={version.version === shown} />
        </Paper>
      ))}
    </Stack>
  );
}

function VersionEntry({ version, isShown }: { version: Version; isShown: boolean }) {
  const { model } = useStrings();
  const { moment } = useFigures();
  return (
    <Stack gap={4}>
      <Group gap="xs">
        <Text fw={600}>
          <SafeText text={version.version} />
        </Text>
        {version.state !== 'READY' && <Badge variant="default" tt="none">{model.states[version.state]}</Badge>}
        {version.deprecation && (
          <Badge variant="default" tt="none">
            {model.endsOn(moment(version.deprecation.sunsetAt))}
          </Badge>
        )}
        {isShown ? (
          <Text size="sm" c="dimmed">
            {model.shown}
          </Text>
        ) : (
          version.state === 'READY' && (
            <Anchor component={Link} to={`?version=${encodeURIComponent(version.version)}&tab=versions`} size="sm">
              <SafeText text={model.show(version.version)} />
            </Anchor>
          )
        )}
      </Group>
      <Text size="sm">
        {model.published} {moment(version.createdAt)} · <PriceText price={version.price} />
      </Text>
      <Measured version={version} />
      {version.signature && (
        <Text size="sm">
          {model.signedBy} <SafeText text={version.signature.keyName} />{' '}
          <Code fz="xs" style={{ overflowWrap: 'anywhere' }}>
            {version.signature.keyId}
          </Code>
        </Text>
      )}
      <Text size="xs" c="dimmed">
        {model.digest} <Code fz="xs" style={{ overflowWrap: 'anywhere' }}>{version.digest}</Code>
      </Text>
    </Stack>
  );
}

function Measured({ version }: { version: Version }) {
  const { model } = useStrings();
  const { count, duration } = useFigures();
  const measured = readMeasurements(version.measurements);
  if (!measured) return null;
  const { latencyMs, runs, memoryBytes, device } = measured;
  return (
    <Text size="sm" c="dimmed">
      {model.measured}: {model.measurement(duration(latencyMs.p50), duration(latencyMs.p95), count(runs))} · <SafeText text={model.memory(count(memoryBytes / 1024 / 1024), device)} />
    </Text>
  );
}
