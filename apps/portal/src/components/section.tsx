import { Group, Text, Title } from '@mantine/core';
import { useId, type ReactNode } from 'react';

/** A part of the settings, named by its heading. */
export function Section({ title, text, action, children }: { title: string; text?: string; action?: ReactNode; children?: ReactNode }) {
  const id = useId();
  return (
    <section aria-labelledby={id}>
      <Group justify="space-between" mb="sm">
        <div>
          <Title order={2} size="h4" id={id}>
            {title}
          </Title>
          {text !== undefined && (
            <Text size="sm" c="dimmed">
              {text}
            </Text>
          )}
        </div>
        {action}
      </Group>
      {children}
    </section>
  );
}
