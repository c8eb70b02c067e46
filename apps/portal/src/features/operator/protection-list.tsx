import { Badge, Group, Stack, Text } from '@mantine/core';
import { SafeText } from '../../components/safe-text';
import { useStrings } from '../../strings';
import type { Engine } from './use-engine';

/** Said plainly, as whoever runs models of strangers must know what holds them. */
export function ProtectionList({ protections }: { protections: Engine['protections'] }) {
  const { operator: strings } = useStrings();
  if (protections.length === 0) return <Text c="dimmed">{strings.notProbed}</Text>;
  return (
    <Stack component="ul" gap="xs" m={0} p={0} style={{ listStyle: 'none' }}>
      {protections.map(({ name, active, reason }) => (
        <Group component="li" key={name} gap="sm" wrap="wrap">
          <Badge variant={active ? 'default' : 'filled'} color="gray.8" autoContrast tt="none" miw={80}>
            {active ? strings.active : strings.inactive}
          </Badge>
          <Text size="sm" fw={500}>
            {strings.protectionNames[name] ?? name}
          </Text>
          {reason && (
            <Text size="sm" c="dimmed">
              <SafeText text={reason} />
            </Text>
          )}
        </Group>
      ))}
    </Stack>
  );
}
