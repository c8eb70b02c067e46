import { Badge, Button, Code, Group, Paper, Stack, Text } from '@mantine/core';
import { cleanText } from '../../../components/clean-text';
import { useFigures } from '../../../components/figures';
import { SafeText } from '../../../components/safe-text';
import type { SigningFieldsFragment } from '../../../generated/documents';
import { useStrings } from '../../../strings';

export function SigningKeyRow({ signingKey, revoke }: { signingKey: SigningFieldsFragment['keys'][number]; revoke: (() => void) | undefined }) {
  const { signing: strings } = useStrings();
  const { day, moment } = useFigures();
  const { id, name, createdAt, revokedAt } = signingKey;
  const isGood = revokedAt == null;
  return (
    <Paper withBorder p="md" component="li">
      <Group justify="space-between" gap="sm">
        <Stack gap={4} miw={0} style={{ flex: '1 1 240px' }}>
          <Group gap="xs">
            <Text fw={600}>
              <SafeText text={name} lines={2} />
            </Text>
            <Badge variant="dot" color={isGood ? 'green.9' : 'gray.7'}>
              {isGood ? strings.good : strings.revoked}
            </Badge>
          </Group>
          <Text size="sm" c="dimmed">
            {isGood ? strings.since(day(createdAt)) : strings.revokedAt(moment(revokedAt))}
          </Text>
          <Code fz="xs" style={{ overflowWrap: 'anywhere' }}>
            {id}
          </Code>
        </Stack>
        {isGood && revoke && (
          <Button variant="default" size="sm" c="var(--mantine-color-error)" onClick={revoke} aria-label={`${strings.revoke}: ${cleanText(name)}`}>
            {strings.revoke}
          </Button>
        )}
      </Group>
    </Paper>
  );
}
