/** TypeScript source of a type. `binding` says what must stand in parentheses within what. */
export interface TypeText {
  readonly text: string;
  readonly binding: 'atom' | 'union' | 'intersection';
  /** The named types in it. */
  readonly names: readonly string[];
}

export const UNKNOWN: TypeText = atom('unknown');
export const NEVER: TypeText = atom('never');

/** @param parts types whose text is part of `text` */
export function atom(text: string, parts: readonly TypeText[] = []): TypeText {
  return { text, binding: 'atom', names: namesIn(parts) };
}

/** A type by its name. */
export function named(name: string, text = name): TypeText {
  return { text, binding: 'atom', names: [name] };
}

function namesIn(parts: readonly TypeText[]): string[] {
  return parts.flatMap(({ names }) => names);
}

/** Any of the types; nothing is given twice. */
export function unionOf(types: readonly TypeText[]): TypeText {
  const parts = distinct(types.filter(({ text }) => text !== NEVER.text));
  if (parts.some(({ text }) => text === UNKNOWN.text)) return UNKNOWN;
  if (parts.length < 2) return parts[0] ?? NEVER;
  return { text: parts.map((part) => (part.binding === 'intersection' ? `(${part.text})` : part.text)).join(' | '), binding: 'union', names: namesIn(parts) };
}

/** All of the types at once. */
export function intersectionOf(types: readonly TypeText[]): TypeText {
  const parts = distinct(types.filter(({ text }) => text !== UNKNOWN.text));
  if (parts.some(({ text }) => text === NEVER.text)) return NEVER;
  if (parts.length < 2) return parts[0] ?? UNKNOWN;
  return { text: parts.map((part) => (part.binding === 'union' ? `(${part.text})` : part.text)).join(' & '), binding: 'intersection', names: namesIn(parts) };
}

export function arrayOf(item: TypeText, mutable: boolean): TypeText {
  return atom(`${mutable ? '' : 'readonly '}${operand(item)}[]`, [item]);
}

/** A type as it stands before `[]` or `?`, which `readonly` would take to be a part of its own type. */
export function operand({ text, binding }: TypeText): string {
  return binding === 'atom' && !text.startsWith('readonly ') ? text : `(${text})`;
}

function distinct(types: readonly TypeText[]): TypeText[] {
  return [...new Map(types.map((type) => [type.text, type])).values()];
}

/** A string literal in single quotes, whatever is in the text. */
export function quote(text: string): string {
  const inner = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'");
  return `'${inner.replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')}'`;
}

/** A property's name, quoted where it must be. */
export function propertyName(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) && name !== '__proto__' ? name : quote(name);
}

/** The type that has just this JSON value. */
export function literalOf(value: unknown): TypeText {
  if (typeof value === 'string') return atom(quote(value));
  if (value === null || typeof value === 'boolean' || typeof value === 'number') return atom(JSON.stringify(value));
  if (Array.isArray(value)) return atom(`readonly [${value.map((item) => literalOf(item).text).join(', ')}]`);
  if (typeof value !== 'object') return UNKNOWN;
  const fields = Object.entries(value).map(([key, item]) => `${propertyName(key)}: ${literalOf(item).text}`);
  return atom(fields.length === 0 ? 'Record<string, never>' : `{ ${fields.join('; ')} }`);
}

const DOC_CHARACTERS_MAX = 1_000;

/**
 * Lines of a doc comment. The texts are other people's: nothing in them ends the comment.
 * @param indent put before each line
 */
export function docComment(texts: readonly (string | undefined)[], indent: string): string {
  const lines = texts
    .filter((text) => text !== undefined && text.trim() !== '')
    // eslint-disable-next-line no-control-regex -- line separators and control characters are what is being removed
    .flatMap((text) => text!.slice(0, DOC_CHARACTERS_MAX).replace(/\r\n?|[\u2028\u2029]/g, '\n').replace(/[\u0000-\u0009\u000b-\u001f\u007f]/g, ' ').split('\n'))
    .map((line) => line.trim().replaceAll('*/', '*\\/'));
  if (lines.length === 0) return '';
  if (lines.length === 1) return `${indent}/** ${lines[0]} */\n`;
  return `${indent}/**\n${lines.map((line) => `${indent} *${line === '' ? '' : ` ${line}`}\n`).join('')}${indent} */\n`;
}
