import { Alert } from '@mantine/core';
import type { ReactNode } from 'react';

/** Something to know before going on, that is no failure. */
export function Caution({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Alert color="orange" variant="light" title={title}>
      {children}
    </Alert>
  );
}
