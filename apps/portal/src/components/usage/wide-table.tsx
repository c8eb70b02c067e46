import { Table } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './wide-table.module.css';

/** A table that scrolls in itself where the screen is narrow, by keyboard too. */
export function WideTable({ label, minWidth, children }: { label: string; minWidth: number; children: ReactNode }) {
  return (
    <div role="region" aria-label={label} tabIndex={0} className={classes.scroll}>
      <Table miw={minWidth} verticalSpacing="xs" className={classes.figures}>
        {children}
      </Table>
    </div>
  );
}
