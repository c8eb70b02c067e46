import { isObject } from './schema-keywords.js';

/** How many items and fields a value holds, at any depth; it stops counting above `limit`. */
export function countParts(value: unknown, limit: number): number {
  let seen = 0;
  const waiting: unknown[] = [value];
  while (waiting.length > 0) {
    const next = waiting.pop();
    if (!Array.isArray(next) && !isObject(next)) continue;
    const parts: unknown[] = Array.isArray(next) ? next : Object.values(next);
    seen += parts.length;
    if (seen > limit) return seen;
    waiting.push(...parts);
  }
  return seen;
}
