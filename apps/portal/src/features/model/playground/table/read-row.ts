import type { JsonObject } from '../draft';
import type { TableField } from '../input-form';

/** What stands in the fields, by name. */
export type Texts = Readonly<Record<string, string>>;

export type ReadRow = { readonly texts: Texts } | { readonly given: number; readonly wanted: number } | 'unread';

/**
 * Reads a pasted row: a JSON object, values in the order of the fields, or a line of names with a line of values. Separators are tab, semicolon
 * or comma, whichever the first line has; a tab is what spreadsheets copy.
 */
export function readRow(text: string, fields: readonly TableField[]): ReadRow {
  const trimmed = text.trim();
  if (trimmed.startsWith('{')) return fromJson(trimmed, fields);
  const [first, second] = trimmed.split(/\r?\n/).filter((line) => line.trim() !== '');
  if (first === undefined) return 'unread';
  const separator = ['\t', ';', ','].find((candidate) => first.includes(candidate)) ?? ',';
  const head = cellsOf(first, separator);
  const known = new Set(fields.map(({ name }) => name));
  if (second !== undefined && head.some((cell) => known.has(cell))) {
    const cells = cellsOf(second, separator);
    return { texts: Object.fromEntries(head.map((name, at) => [name, cells[at] ?? ''] as const).filter(([name]) => known.has(name))) };
  }
  if (head.length !== fields.length) return { given: head.length, wanted: fields.length };
  return { texts: Object.fromEntries(fields.map(({ name }, at) => [name, head[at]!])) };
}

function fromJson(text: string, fields: readonly TableField[]): ReadRow {
  try {
    return { texts: textsOf(JSON.parse(text) as JsonObject, fields) };
  } catch {
    return 'unread';
  }
}

/** An input as it stands in the fields. */
export function textsOf(input: JsonObject, fields: readonly TableField[]): Texts {
  const filled = fields.filter(({ name }) => ['number', 'string'].includes(typeof input[name]));
  return Object.fromEntries(filled.map(({ name }) => [name, String(input[name])]));
}

/** Cells may be in double quotes, doubled within. */
function cellsOf(line: string, separator: string): string[] {
  const cell = new RegExp(`(?:^|${separator})\\s*(?:"((?:[^"]|"")*)"|([^${separator}]*))`, 'g');
  return [...line.matchAll(cell)].map(([, quoted, plain]) => (quoted === undefined ? (plain ?? '').trim() : quoted.replaceAll('""', '"')));
}

/** The fields as they are sent; those that say nothing readable are named. */
export function readFields(texts: Texts, fields: readonly TableField[]): { readonly input: JsonObject; readonly missing: readonly string[]; readonly unreadable: readonly string[] } {
  const input: Record<string, unknown> = {};
  const missing: string[] = [];
  const unreadable: string[] = [];
  for (const { name, type, required } of fields) {
    const text = (texts[name] ?? '').trim();
    if (text === '') {
      if (required) missing.push(name);
    } else if (type === 'string') input[name] = text;
    else if (Number.isFinite(Number(text))) input[name] = Number(text);
    else unreadable.push(name);
  }
  return { input, missing, unreadable };
}
