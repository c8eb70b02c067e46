import { formatPath, type PathSegment, type Problem } from './problem.js';
import { isObject } from './schema/schema-keywords.js';

const PROBLEMS_MAX = 20;

/**
 * Compares an answer with what a sample expects of it. Every key of `expected` must be there and match; others may be
 * there too. Lists match element by element. Typed arrays count as lists, 64-bit integers match a number or its digits.
 * @returns what differs, at most 20 problems; empty when it matches.
 */
export function matchesExpected(output: unknown, expected: unknown, tolerance: number): Problem[] {
  const problems: Problem[] = [];
  compare(output, expected, [], { problems, tolerance });
  return problems;
}

interface Comparison {
  readonly problems: Problem[];
  readonly tolerance: number;
}

function compare(output: unknown, expected: unknown, segments: readonly PathSegment[], comparison: Comparison): void {
  const { problems } = comparison;
  if (problems.length >= PROBLEMS_MAX) return;
  const differ = (message: string): unknown => problems.push({ path: formatPath(segments), message });
  if (Array.isArray(expected)) {
    const list = listOf(output);
    if (!list) return void differ(`should be a list, is ${show(output)}`);
    if (list.length !== expected.length) return void differ(`should have ${expected.length} elements, has ${list.length}`);
    return expected.forEach((item, index) => compare(list[index], item, [...segments, index], comparison));
  }
  if (isObject(expected)) {
    if (!isObject(output)) return void differ(`should be an object, is ${show(output)}`);
    return Object.entries(expected).forEach(([key, item]) => compare(Object.hasOwn(output, key) ? output[key] : undefined, item, [...segments, key], comparison));
  }
  if (!scalarMatches(output, expected, comparison.tolerance)) differ(`should be ${show(expected)}, is ${show(output)}`);
}

function scalarMatches(output: unknown, expected: unknown, tolerance: number): boolean {
  if (typeof output === 'bigint') return String(output) === String(expected);
  if (typeof output === 'number' && typeof expected === 'number') return Math.abs(output - expected) <= tolerance;
  if (output instanceof Uint8Array && typeof expected === 'string') return Buffer.from(output).toString('base64') === expected;
  return output === expected;
}

function listOf(value: unknown): ArrayLike<unknown> | undefined {
  if (Array.isArray(value)) return value as unknown[];
  return ArrayBuffer.isView(value) && !(value instanceof DataView) ? (value as unknown as ArrayLike<unknown>) : undefined;
}

function show(value: unknown): string {
  if (value === undefined) return 'missing';
  if (typeof value === 'bigint') return String(value);
  if (ArrayBuffer.isView(value)) return `${value.constructor.name} of ${value.byteLength} bytes`;
  // Undefined for what JSON does not know, e.g. a function.
  const text = (JSON.stringify(value) as string | undefined) ?? typeof value;
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
