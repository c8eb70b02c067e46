/** A column of numbers, the oldest first. */
export interface Series {
  readonly name: string;
  readonly values: readonly number[];
}

const SEPARATORS = ['\t', ';', ','] as const;

/**
 * The series of a text: numbers apart by spaces, commas or lines; or a table (CSV), of which every column of numbers is one. A first line that has
 * words in it gives the columns' names. Empty when there is no series in it.
 */
export function readSeries(text: string): readonly Series[] {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  const separator = SEPARATORS.find((mark) => lines.length > 1 && lines.every((line) => line.includes(mark)));
  return separator === undefined ? plainSeries(lines) : columnsOf(lines.map((line) => line.split(separator).map(unquoted)));
}

function plainSeries(lines: readonly string[]): readonly Series[] {
  const [first = '', ...rest] = lines;
  const named = rest.length > 0 && first.split(/[\s,;]+/).every((word) => word === '' || readNumber(word) === undefined);
  const words = (named ? rest : lines).join(' ').split(/[\s,;[\]]+/).filter((word) => word !== '');
  const values = words.map(readNumber);
  return values.length > 0 && values.every((value) => value !== undefined) ? [{ name: named ? unquoted(first) : '', values }] : [];
}

function columnsOf(rows: readonly (readonly string[])[]): readonly Series[] {
  const [first = []] = rows;
  const named = first.every((cell) => readNumber(cell) === undefined);
  const body = named ? rows.slice(1) : rows;
  return first.flatMap((cell, at) => {
    const values = body.map((row) => readNumber(row[at] ?? ''));
    return values.length > 0 && values.every((value) => value !== undefined) ? [{ name: named ? cell : String(at + 1), values }] : [];
  });
}

function unquoted(cell: string): string {
  return cell.trim().replace(/^"(.*)"$/, '$1').trim();
}

function readNumber(word: string): number | undefined {
  const trimmed = word.trim();
  const value = Number(trimmed);
  return trimmed !== '' && Number.isFinite(value) ? value : undefined;
}
