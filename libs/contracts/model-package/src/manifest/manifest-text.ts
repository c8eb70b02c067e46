import { isMap, isPair, isScalar, isSeq, LineCounter, parseDocument, type Document, type Node } from 'yaml';
import { packageErrors } from '../errors.js';
import type { PathSegment } from '../problem.js';

export interface Position {
  /** Both start at 1; 0 when there is no text. */
  readonly line: number;
  readonly column: number;
}

/** Where a value is written. A value that is missing is shown at the nearest one that holds it; `atKey` at its key. */
export type Locate = (segments: readonly PathSegment[], atKey: boolean) => Position;

const TEXT_LENGTH_MAX = 512 * 1024;

/**
 * Parses YAML 1.2 to plain data, with a way back from a value to its line.
 * @throws AppError `PACKAGE.MANIFEST_INVALID` with every syntax error.
 */
export function parseManifestText(text: string): { value: unknown; locate: Locate } {
  if (text.length > TEXT_LENGTH_MAX) {
    throw packageErrors.MANIFEST_INVALID({ problems: [{ path: '', line: 1, column: 1, message: `is longer than ${TEXT_LENGTH_MAX} characters` }] });
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true, version: '1.2', merge: false, resolveKnownTags: false });
  const positionAt = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  const faults = [...document.errors, ...document.warnings].map((error) => ({ path: '', ...positionAt(error.pos[0]), message: error.message }));
  if (faults.length > 0) throw packageErrors.MANIFEST_INVALID({ problems: faults });
  return { value: toPlain(document), locate: (segments, atKey) => positionAt(offsetOf(document, segments, atKey)) };
}

function toPlain(document: Document.Parsed): unknown {
  try {
    return document.toJS({ maxAliasCount: 50 });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw packageErrors.MANIFEST_INVALID({ problems: [{ path: '', line: 1, column: 1, message }] }, error);
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
