import { isObject } from '../schema/schema-keywords.js';
import { DEPTH_MAX } from '../schema/unstorable.js';

/** Characters. */
export const LENGTH_MAX = 256 * 1024;

/**
 * What is wrong with the size of a manifest as JSON, however it was written: an alias of YAML may stand for much. Looks at no more of it
 * than may be there, and does not recurse.
 */
export function sizeProblem(manifest: unknown): string | undefined {
  const waiting = [{ value: manifest, depth: 0 }];
  let length = 0;
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { value, depth } = next;
    if (depth > DEPTH_MAX) return 'is nested too deep';
    length += lengthOf(value);
    // Before its parts are taken up: each of them has a character at least.
    if (length > LENGTH_MAX) return `is longer than ${LENGTH_MAX} characters as JSON`;
    const parts: readonly unknown[] = Array.isArray(value) ? value : isObject(value) ? Object.values(value) : [];
    for (const part of parts) waiting.push({ value: part, depth: depth + 1 });
  }
  return undefined;
}

/** Of a value without its parts, but with the quotes, colons and commas between them; about what its JSON has. */
function lengthOf(value: unknown): number {
  if (typeof value === 'string') return value.length + 2;
  if (Array.isArray(value)) return value.length + 1;
  if (!isObject(value)) return 1;
  return Object.keys(value).reduce((sum, key) => sum + key.length + 4, 1);
}
