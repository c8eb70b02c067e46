import type { LocatedProblem, PathSegment } from '../problem.js';
import { isObject } from './schema-keywords.js';

/** Arrays and objects within one another. A manifest has about ten; a JSON Schema in it may have some more. */
export const DEPTH_MAX = 200;

/**
 * The first thing in a JSON value that cannot be kept as JSON: what PostgreSQL does not take as text, in values and in names of fields, and what is nested so deep
 * that whoever walks over it could exhaust the stack. Does not recurse itself.
 */
export function unstorable(root: unknown): LocatedProblem | undefined {
  const waiting: { value: unknown; segments: readonly PathSegment[] }[] = [{ value: root, segments: [] }];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { value, segments } = next;
    if (segments.length > DEPTH_MAX) return { segments: [], message: 'is nested too deep' };
    if (typeof value === 'string') {
      const problem = textProblem(value);
      if (problem !== undefined) return { segments, message: problem };
    }
    const parts: Iterable<[PathSegment, unknown]> = Array.isArray(value) ? value.entries() : isObject(value) ? Object.entries(value) : [];
    for (const [segment, part] of parts) {
      const problem = typeof segment === 'string' ? textProblem(segment) : undefined;
      if (problem !== undefined) return { segments, message: `has a field whose name ${problem}` };
      waiting.push({ value: part, segments: [...segments, segment] });
    }
  }
  return undefined;
}

function textProblem(text: string): string | undefined {
  if (text.includes('\0')) return 'has a NUL character';
  return /\p{Surrogate}/u.test(text) ? 'has half of a surrogate pair, which is no character' : undefined;
}
