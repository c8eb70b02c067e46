import { Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';

interface EmptyStateProps {
  readonly title: string;
  readonly text?: ReactNode;
  /** Whether this is all of the page, and its title the page's. */
  readonly whole?: boolean;
  readonly children?: ReactNode;
}

/** Nothing is here yet: what that means, and the button of what to do next as its children. */
export function EmptyState({ title, text, whole = false, children }: EmptyStateProps) {
  return (
    <Stack align="center" gap="sm" py={48} ta="center">
      <Title order={whole ? 1 : 2} size="h4">
        {title}
      </Title>
      {text !== undefined && (
        <Text c="dimmed" maw={480}>
          {text}
        </Text>
      )}
      {children}
    </Stack>
  );
}
