import { Code, Group, Paper, Stack, Text } from '@mantine/core';
import { SafeText } from '../../../components/safe-text';
import { useFigures } from '../../../components/figures';
import { useStrings } from '../../../strings';
import type { Model } from '../model';

/** Moves shown; the rest is history. */
const MOVES_SHOWN = 10;

export function ChannelList({ channels }: { channels: Model['channels'] }) {
  const { model } = useStrings();
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed">
        {model.channelsText}
      </Text>
      {channels.map((channel) => (
        <ChannelEntry key={channel.name} channel={channel} />
      ))}
    </Stack>
  );
}

function ChannelEntry({ channel: { name, version, canary, history } }: { channel: Model['channels'][number] }) {
  const { model } = useStrings();
  const { moment } = useFigures();
  return (
    <Paper withBorder p="sm">
      <Group gap="xs" mb={4}>
        <Text fw={600}>{name}</Text>
        <Text aria-hidden>→</Text>
        <Code>
          <SafeText text={version.version} />
        </Code>
      </Group>
      {canary && <Text size="sm">{model.canary(canary.percent, canary.version.version)}</Text>}
      <Stack component="ul" gap={2} m={0} p={0} aria-label={model.history(name)} style={{ listStyle: 'none' }}>
        {history.slice(0, MOVES_SHOWN).map((event) => (
          <Text component="li" size="sm" c="dimmed" key={`${event.createdAt} ${event.action} ${event.to}`}>
            {moment(event.createdAt)} · {model.actions[event.action] ?? event.action} <SafeText text={event.from ? model.fromTo(event.from, event.to) : event.to} />
          </Text>
        ))}
      </Stack>
    </Paper>
  );
}
