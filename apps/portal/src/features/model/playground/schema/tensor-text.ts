import type { JsonObject } from '../draft';
import { objectOf } from '../input-form';

/** A tensor as a model's schema asks for it; -1 is a free dimension. */
export interface TensorRule {
  readonly dtype: string;
  readonly shape: readonly number[];
}

/** What was typed, as a tensor, or why it is none. */
export type TypedTensor = { readonly tensor: JsonObject } | { readonly problem: 'not-a-number'; readonly text: string } | { readonly problem: 'count'; readonly count: number };

export function tensorRuleOf(schema: unknown): TensorRule | undefined {
  const { dtype, shape } = objectOf(objectOf(schema)['x-tensor']);
  return typeof dtype === 'string' && Array.isArray(shape) ? { dtype, shape: shape as number[] } : undefined;
}

/** The elements of a tensor as they are typed; of base64 the text. */
export function tensorText(value: unknown): string {
  const { dtype, data } = objectOf(value);
  if (typeof data === 'string') return data;
  return Array.isArray(data) ? data.map(String).join(dtype === 'string' ? '\n' : ', ') : '';
}

/**
 * Elements that were typed: numbers between commas or spaces, texts one a line, or base64 as it is. One free dimension follows from how many there
 * are; of several, all but the last are 1.
 */
export function readTensor(text: string, { dtype, shape }: TensorRule): TypedTensor {
  if (isBase64(text)) return { tensor: { dtype, shape: fillShape(shape, undefined), data: text.trim() } };
  const words = dtype === 'string' ? text.split('\n') : text.split(/[\s,;]+/).filter((word) => word !== '');
  const data: unknown[] = [];
  for (const word of words) {
    const element = readElement(word, dtype);
    if (element === undefined) return { problem: 'not-a-number', text: word };
    data.push(element);
  }
  const filled = fillShape(shape, data.length);
  const count = filled.reduce((product, size) => product * size, 1);
  return Number.isInteger(count) && filled.every((size) => Number.isInteger(size)) && count === data.length ? { tensor: { dtype, shape: filled, data } } : { problem: 'count', count: data.length };
}

function readElement(word: string, dtype: string): unknown {
  if (dtype === 'string') return word;
  if (dtype === 'bool') return word === 'true' || word === '1' ? true : word === 'false' || word === '0' ? false : undefined;
  // Digits that a number would lose stay text, which the platform reads.
  if (dtype === 'int64' || dtype === 'uint64') return /^-?\d{1,20}$/.test(word) ? (Number.isSafeInteger(Number(word)) ? Number(word) : word) : undefined;
  const number = Number(word);
  return Number.isFinite(number) ? number : undefined;
}

function fillShape(shape: readonly number[], count: number | undefined): number[] {
  const last = shape.lastIndexOf(-1);
  const known = shape.reduce((product, size) => product * (size === -1 ? 1 : size), 1);
  return shape.map((size, at) => (size !== -1 ? size : at === last && count !== undefined ? count / known : 1));
}

/** Not to be taken for numbers: those have no letters but an exponent's. */
function isBase64(text: string): boolean {
  return /^\s*[A-Za-z0-9+/]{8,}={0,2}\s*$/.test(text) && /[A-DF-Za-df-z/]/.test(text);
}
