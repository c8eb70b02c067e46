import { Alert } from '@mantine/core';
import type { ReactNode } from 'react';

/** Something to know before going on, that is no failure. Its title has the colour of text: orange on orange is hard to read. */
export function Caution({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Alert color="orange" variant="light" title={title} styles={{ title: { color: 'var(--mantine-color-text)' } }}>
      {children}
    </Alert>
  );
}
