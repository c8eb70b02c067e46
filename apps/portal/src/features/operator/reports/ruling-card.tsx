import { Anchor, Group, Paper, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { SafeText } from '../../../components/safe-text';

interface RulingCardProps {
  /** The model's, owner/name. */
  readonly modelRef: string;
  readonly badges?: ReactNode;
  /** When it came to be, and by whom. */
  readonly facts: string;
  readonly children: ReactNode;
}

/** Something about a model that the operator decides. */
export function RulingCard({ modelRef, badges, facts, children }: RulingCardProps) {
  return (
    <Paper component="li" withBorder p="md">
      <Stack gap={6}>
        <Group gap="sm">
          <Anchor component={Link} to={`/models/${modelRef}`} fw={600}>
            <SafeText text={modelRef} />
          </Anchor>
          {badges}
        </Group>
        <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
          {facts}
        </Text>
        {children}
      </Stack>
    </Paper>
  );
}
