import { canonicalJson } from '@steelyard/kernel/canonical-json';
import { DocumentBuilder, documentHash, RowProblem } from './document-builder.js';
import { DOCUMENT_FORMAT, DOCUMENT_KINDS, type IssuedDocument } from './document.js';
import { readLines } from './read-lines.js';
import { readCall, readPrice } from './rows.js';

/** The first thing in a file that is not as it ought to be. */
export interface Difference {
  /** Of the file, from 1. */
  readonly line: number;
  /** What it is about: the id of a call, a place within the document such as `result.totalCents`. */
  readonly subject: string;
  readonly problem: string;
}

/** What was looked at. */
export interface Checked {
  readonly prices: number;
  /** Calls, each rated again by its price. */
  readonly rows: number;
  /** Lines of the document, each added up again. */
  readonly lines: number;
}

export type Verification =
  | { readonly valid: true; readonly document: IssuedDocument; readonly checked: Checked }
  /** `document` is there when the first line was one. */
  | { readonly valid: false; readonly document: IssuedDocument | undefined; readonly checked: Checked; readonly difference: Difference };

export interface VerifyOptions {
  /** Told now and then how many calls have been rated again. */
  readonly onProgress?: ((rows: number) => void) | undefined;
  /** Stops; the promise is then rejected with its reason. */
  readonly signal?: AbortSignal | undefined;
}

const PROGRESS_EVERY = 1_000;

/**
 * Computes a document again from its own file and holds it against what it says: every call is rated by its price, lines, cents, tax and total are
 * added up, and the chain of hashes is followed. Needs nothing but the file, and no more memory for a long one than for a short one.
 * @param file its bytes or text, in parts as they come: a stream of Node, a `ReadableStream` of a browser, a list
 */
export async function verifyDocument(file: AsyncIterable<Uint8Array | string> | Iterable<Uint8Array | string>, { onProgress, signal }: VerifyOptions = {}): Promise<Verification> {
  let document: IssuedDocument | undefined;
  let builder: DocumentBuilder | undefined;
  let number = 0;
  try {
    for await (const text of readLines(file)) {
      signal?.throwIfAborted();
      number += 1;
      const value = parseLine(text);
      if (!builder) {
        document = readDocument(value);
        builder = new DocumentBuilder(document.header);
      } else if (value['type'] === 'price') {
        builder.price(readRow(value, readPrice), text);
      } else {
        builder.call(readRow(value, readCall), text);
        if (builder.rows % PROGRESS_EVERY === 0) onProgress?.(builder.rows);
      }
    }
    if (!document || !builder) throw new Differs('the file', 'has no document');
    onProgress?.(builder.rows);
    number = 1;
    compareResult(document, builder);
  } catch (error) {
    const difference = differenceOf(error, number);
    if (!difference) throw error;
    return { valid: false, document, checked: checkedOf(builder, 0), difference };
  }
  return { valid: true, document, checked: checkedOf(builder, document.result.lines.length) };
}

/** A difference on its way up to where the number of the line is known. */
class Differs extends Error {
  constructor(
    readonly subject: string,
    problem: string,
  ) {
    super(problem);
    this.name = 'Differs';
  }
}

function differenceOf(error: unknown, line: number): Difference | undefined {
  if (error instanceof Differs) return { line, subject: error.subject, problem: error.message };
  if (error instanceof RowProblem) return { line, subject: error.rowId, problem: error.message };
  return undefined;
}

function checkedOf(builder: DocumentBuilder | undefined, lines: number): Checked {
  return { prices: builder?.prices ?? 0, rows: builder?.rows ?? 0, lines };
}

type Json = Readonly<Record<string, unknown>>;

function parseLine(text: string): Json {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Differs('the line', 'is no JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Differs('the line', 'is no JSON object');
  // Whatever was added to it or written otherwise is a change, though it may mean the same.
  if (canonicalJson(value) !== text) throw new Differs('the line', 'is not written as canonical JSON (RFC 8785): it was changed');
  return value as Json;
}

/** @throws Differs for a line that is none of the kind */
function readRow<T>(value: Json, read: (value: Json) => T): T {
  try {
    return read(value);
  } catch (error) {
    if (error instanceof TypeError) throw new Differs(typeof value['id'] === 'string' ? value['id'] : 'the line', `cannot be read: ${error.message}`);
    throw error;
  }
}

function readDocument(value: Json): IssuedDocument {
  const document = value as unknown as IssuedDocument;
  const { header, result, tax } = document;
  if (value['type'] !== 'document' || header?.format !== DOCUMENT_FORMAT || !DOCUMENT_KINDS.includes(header.kind) || !Array.isArray(result?.lines)) {
    throw new Differs('the first line', `is no document of the format ${DOCUMENT_FORMAT}`);
  }
  const isTax = header.kind === 'statement' ? tax === null : Number.isInteger(tax?.basisPoints) && tax!.basisPoints >= 0;
  if (!isTax) throw new Differs('tax', 'is none that this kind of document has');
  return document;
}

function compareResult(document: IssuedDocument, builder: DocumentBuilder): void {
  const expected = builder.result(document.tax?.basisPoints ?? 0);
  const { lines, chainHash, ...sums } = document.result;
  const { lines: expectedLines, chainHash: expectedHash, ...expectedSums } = expected;
  compare(lines, expectedLines, 'result.lines');
  compare(sums, expectedSums, 'result');
  if (chainHash !== expectedHash) throw new Differs('result.chainHash', `is ${chainHash}, and the chain over the file ends in ${expectedHash}: a line was changed, taken away or added`);
  const hash = documentHash(document);
  if (document.hash !== hash) throw new Differs('hash', `is ${document.hash}, and that of the document is ${hash}: something in its first line was changed`);
}

/** @throws Differs at the first place where two JSON values are unlike */
function compare(found: unknown, expected: unknown, path: string): void {
  if (typeof expected === 'object' && expected !== null && typeof found === 'object' && found !== null) {
    for (const key of new Set([...Object.keys(expected), ...Object.keys(found)])) {
      compare((found as Json)[key], (expected as Json)[key], Array.isArray(expected) ? `${path}[${key}]` : `${path}.${key}`);
    }
  } else if (found !== expected) {
    throw new Differs(path, `is ${textOf(found)}, and by the calls it is ${textOf(expected)}`);
  }
}

function textOf(value: unknown): string {
  if (value === undefined) return 'not there';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
