import { Group, Stack, Text, Title } from '@mantine/core';
import { useEffect, type ReactNode } from 'react';
import { useStrings } from '../strings';
import { cleanText } from './clean-text';
import { SafeText } from './safe-text';

/** The top of a page: its name, which is also the window's, what it is for, and what can be done on it. */
export function PageHeader({ title, description, actions }: { title: string; description?: ReactNode; actions?: ReactNode }) {
  const { shell } = useStrings();
  useEffect(() => {
    document.title = `${cleanText(title)} · ${shell.product}`;
  }, [title, shell.product]);

  return (
    <Group justify="space-between" align="flex-start" gap="md" mb="lg">
      <Stack gap={4} miw={0}>
        <Title order={1} size="h2">
          <SafeText text={title} />
        </Title>
        {description !== undefined && (
          <Text c="dimmed" maw={640}>
            {description}
          </Text>
        )}
      </Stack>
      {actions !== undefined && <Group gap="sm">{actions}</Group>}
    </Group>
  );
}
