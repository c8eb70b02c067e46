/** Rows under headings, columns as wide as needed, two spaces between. Plain text: colour it by line. */
export function formatTable(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  return alignColumns([headings.map((heading) => heading.toUpperCase()), ...rows]);
}

/** As {@link formatTable}, with nothing above the first line. */
export function alignColumns(lines: readonly (readonly string[])[]): string {
  const widths = lines[0]!.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines.map((line) => line.map((cell, column) => (column === line.length - 1 ? cell : cell.padEnd(widths[column]!))).join('  ')).join('\n');
}

/** `1.4 MB`; powers of 1000. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1_000;
    unit++;
  }
  return `${unit === 0 || value >= 99.5 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}
