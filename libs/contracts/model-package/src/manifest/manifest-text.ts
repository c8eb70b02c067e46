import { isMap, isPair, isScalar, isSeq, LineCounter, parseDocument, visit, type Document, type Node } from 'yaml';
import { packageErrors } from '../errors.js';
import type { ManifestProblem, PathSegment } from '../problem.js';
import { isNestedTooDeep } from './manifest-depth.js';
import { LENGTH_MAX } from './manifest-size.js';

export interface Position {
  /** Both start at 1; 0 when there is no text. */
  readonly line: number;
  readonly column: number;
}

/** Where a value is written. A value that is missing is shown at the nearest one that holds it; `atKey` at its key. */
export type Locate = (segments: readonly PathSegment[], atKey: boolean) => Position;

const PROBLEMS_MAX = 50;

/**
 * Parses YAML 1.2 to plain data, with a way back from a value to its line. Whatever the text, it costs time in proportion to its length.
 * @throws AppError `PACKAGE.MANIFEST_INVALID` with the syntax errors.
 */
export function parseManifestText(text: string): { value: unknown; locate: Locate } {
  if (text.length > LENGTH_MAX) fail([atStart(`is longer than ${LENGTH_MAX} characters`)]);
  if (isNestedTooDeep(text)) fail([atStart('is nested too deep')]);
  const lines = new LineCounter();
  // The library's own check of unique keys compares each with each.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: false, version: '1.2', merge: false, resolveKnownTags: false });
  const positionAt = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  const faults = [...document.errors, ...document.warnings].map(({ pos, message }) => ({ offset: pos[0], message }));
  faults.push(...repeatedKeys(document));
  if (faults.length > 0) fail(faults.slice(0, PROBLEMS_MAX).map(({ offset, message }) => ({ path: '', ...positionAt(offset), message })));
  return { value: toPlain(document), locate: (segments, atKey) => positionAt(offsetOf(document, segments, atKey)) };
}

function fail(problems: readonly ManifestProblem[], cause?: unknown): never {
  throw packageErrors.MANIFEST_INVALID({ problems }, cause);
}

function atStart(message: string): ManifestProblem {
  return { path: '', line: 1, column: 1, message };
}

function repeatedKeys(document: Document.Parsed): { offset: number; message: string }[] {
  const repeated: { offset: number; message: string }[] = [];
  visit(document, {
    Map: (_key, map) => {
      const seen = new Set<string>();
      for (const item of map.items) {
        const key = keyOf(item);
        if (key !== undefined && seen.has(key)) repeated.push({ offset: startOf(item.key) ?? 0, message: `the key ${JSON.stringify(key)} is written twice` });
        if (key !== undefined) seen.add(key);
      }
    },
  });
  return repeated;
}

function toPlain(document: Document.Parsed): unknown {
  try {
    return document.toJS({ maxAliasCount: 50 });
  } catch (error) {
    fail([atStart(error instanceof Error ? error.message : String(error))], error);
  }
}

function offsetOf(document: Document.Parsed, segments: readonly PathSegment[], atKey: boolean): number {
  let node: unknown = document.contents;
  let offset = startOf(node) ?? 0;
  for (const [index, segment] of segments.entries()) {
    const pair = isMap(node) ? node.items.find((item) => keyOf(item) === String(segment)) : undefined;
    const next = pair ? pair.value : isSeq(node) ? node.items[Number(segment)] : undefined;
    if (pair === undefined && next === undefined) return offset;
    const isLast = index === segments.length - 1;
    const keyOffset = pair ? startOf(pair.key) : undefined;
    offset = (isLast && atKey ? keyOffset : (startOf(next) ?? keyOffset)) ?? offset;
    // A block is shown at the line that names it.
    if (!isLast || atKey || !isScalar(next)) offset = keyOffset ?? offset;
    node = next;
  }
  return offset;
}

function keyOf(item: unknown): string | undefined {
  return isPair(item) && isScalar(item.key) ? String(item.key.value) : undefined;
}

function startOf(node: unknown): number | undefined {
  return (node as Node | null | undefined)?.range?.[0];
}
