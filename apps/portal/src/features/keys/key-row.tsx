import { Badge, Button, Group, Paper, Stack, Text } from '@mantine/core';
import { cleanText } from '../../components/clean-text';
import { useFigures } from '../../components/figures';
import { SafeText } from '../../components/safe-text';
import type { KeyFieldsFragment } from '../../generated/documents';
import { useStrings } from '../../strings';
import { stateOf, works, type KeyState } from './key-state';

const COLOURS: Readonly<Record<KeyState, string>> = { active: 'green.9', replaced: 'yellow.9', expired: 'gray.7', revoked: 'gray.7' };

export function KeyRow({ apiKey, rotate, revoke }: { apiKey: KeyFieldsFragment; rotate: () => void; revoke: () => void }) {
  const { keys } = useStrings();
  const { day, moment } = useFigures();
  const { name, scopes, createdAt, createdBy, expiresAt, lastUsedAt, models, requestsPerMinute, revokedAt, rotatedToId } = apiKey;
  const state = stateOf(apiKey);
  const maker = createdBy ? createdBy.name || createdBy.email : keys.aProgram;
  const facts = [
    lastUsedAt == null ? keys.neverUsed : keys.lastUsed(moment(lastUsedAt)),
    ...(requestsPerMinute == null ? [] : [keys.limitedTo(requestsPerMinute)]),
    revokedAt != null ? keys.revokedAt(moment(revokedAt)) : expiresAt == null ? keys.noExpiry : state === 'expired' ? keys.expiredAt(moment(expiresAt)) : keys.expires(moment(expiresAt)),
  ];
  return (
    <Paper withBorder p="md" component="li">
      <Group justify="space-between" align="flex-start" gap="sm">
        <Stack gap={6} miw={0} style={{ flex: '1 1 260px' }}>
          <Group gap="xs">
            <Text fw={600} component="h2" m={0} size="md">
              <SafeText text={name} lines={2} />
            </Text>
            <Badge variant="dot" color={COLOURS[state]}>
              {keys.states[state]}
            </Badge>
          </Group>
          <Text size="sm" c="dimmed">
            {keys.madeOn(day(createdAt))} <SafeText text={maker} />
            {createdBy?.you === true && ` (${keys.you})`}
            {facts.map((fact) => ` · ${fact}`)}
          </Text>
          {models.length > 0 && (
            <Text size="sm">
              <SafeText text={keys.onlyModels(models.join(', '))} lines={2} />
            </Text>
          )}
          <Group gap={6}>
            {scopes.map((scope) => (
              <Badge key={scope} variant="default" radius="sm" tt="none" fw={500}>
                {scope}
              </Badge>
            ))}
          </Group>
        </Stack>
        {works(apiKey) && (
          <Group gap="xs">
            {rotatedToId == null && (
              <Button variant="default" size="xs" onClick={rotate} aria-label={`${keys.rotate}: ${cleanText(name)}`}>
                {keys.rotate}
              </Button>
            )}
            <Button variant="default" size="xs" c="var(--mantine-color-error)" onClick={revoke} aria-label={`${keys.revoke}: ${cleanText(name)}`}>
              {keys.revoke}
            </Button>
          </Group>
        )}
      </Group>
    </Paper>
  );
}
