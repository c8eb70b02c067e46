import { Badge, Group, Paper, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { SafeText } from '../../../components/safe-text';
import { Section } from '../../../components/section';

/** A kind of what is stuck; nothing of it, and it is not shown. */
export function StuckList({ title, text, children }: { title: string; text: string; children: readonly ReactNode[] }) {
  if (children.length === 0) return null;
  return (
    <Section title={title} text={text}>
      <Stack component="ul" gap="sm" m={0} p={0} style={{ listStyle: 'none' }}>
        {children}
      </Stack>
    </Section>
  );
}

interface StuckItemProps {
  /** Whose it is. */
  readonly organization?: string;
  readonly title: string;
  /** What went wrong. */
  readonly problem: string;
  /** Since when, and how often it was tried. */
  readonly facts: string;
  /** By which it can be found elsewhere. */
  readonly name?: string;
  readonly actions?: ReactNode;
}

/** One thing that is stuck: what, whose, why, and what can be done. */
export function StuckItem({ organization, title, problem, facts, name, actions }: StuckItemProps) {
  return (
    <Paper component="li" withBorder p="md">
      <Stack gap={6}>
        <Group gap="sm">
          <Text fw={600}>
            <SafeText text={title} />
          </Text>
          {organization !== undefined && (
            <Badge variant="default" tt="none">
              <SafeText text={organization} lines={1} />
            </Badge>
          )}
        </Group>
        <Text size="sm">
          <SafeText text={problem} />
        </Text>
        {name !== undefined && (
          <Text size="xs" ff="monospace" style={{ overflowWrap: 'anywhere' }}>
            {name}
          </Text>
        )}
        <Text size="xs" c="dimmed">
          {facts}
        </Text>
        {actions !== undefined && <Group gap="sm">{actions}</Group>}
      </Stack>
    </Paper>
  );
}
