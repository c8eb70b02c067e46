import { Table } from '@mantine/core';
import type { ReactNode } from 'react';
import { WideTable } from './wide-table';

export interface Column<Row> {
  readonly head: string;
  readonly cell: (row: Row) => ReactNode;
  /** The row is called by it. */
  readonly names?: true;
  /** To be compared with those above and below it. */
  readonly figure?: true;
}

interface DataTableProps<Row> {
  readonly label: string;
  readonly minWidth: number;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row, index: number) => string;
  readonly classOf?: (row: Row) => string | undefined;
}

/** Rows under headings. */
export function DataTable<Row>({ label, minWidth, columns, rows, keyOf, classOf }: DataTableProps<Row>) {
  return (
    <WideTable label={label} minWidth={minWidth}>
      <Table.Thead>
        <Table.Tr>
          {columns.map(({ head, figure }, index) => (
            <Table.Th key={index} scope="col" ta={figure && 'end'}>
              {head}
            </Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rows.map((row, place) => (
          <Table.Tr key={keyOf(row, place)} className={classOf?.(row)}>
            {columns.map(({ cell, names, figure }, index) =>
              names ? (
                <Table.Th key={index} scope="row" fw={500}>
                  {cell(row)}
                </Table.Th>
              ) : (
                <Table.Td key={index} ta={figure && 'end'}>
                  {cell(row)}
                </Table.Td>
              ),
            )}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </WideTable>
  );
}
