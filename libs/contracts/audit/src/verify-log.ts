import { AUDIT_FORMAT, auditHash, type AuditEntry } from './entry.js';

export interface VerifyLogOptions {
  /** A hash that was noted earlier: the log must still have an entry of it. Without one, entries that are missing at the end are not noticed. */
  readonly notedHash?: string | undefined;
}

/** What a log was found to be. */
export type LogVerification =
  | { readonly valid: true; readonly entries: number; readonly organizationId: string | null; /** Note it: it tells later whether anything up to here was changed or cut off. */ readonly lastHash: string | null }
  | { readonly valid: false; readonly entries: number; /** Of the file, from 1; 0 for the log as a whole. */ readonly line: number; readonly problem: string };

/**
 * Follows the chain of a log through its file, from the first entry on. Finds any entry that was changed, removed, put in or moved, and the place.
 * @param lines of the file, without their ends
 */
export async function verifyLog(lines: AsyncIterable<string> | Iterable<string>, { notedHash }: VerifyLogOptions = {}): Promise<LogVerification> {
  let last: AuditEntry | undefined;
  let line = 0;
  let isNotedFound = notedHash === undefined;
  for await (const text of lines) {
    line += 1;
    const entry = readEntry(text);
    const problem = entry ? problemOf(entry, last) : 'it is no entry of an audit log';
    if (!entry || problem !== undefined) return { valid: false, entries: line - 1, line, problem: problem! };
    isNotedFound ||= entry.hash === notedHash;
    last = entry;
  }
  if (!isNotedFound) return { valid: false, entries: line, line: 0, problem: `it has no entry of the noted hash ${notedHash}: it was cut off before, or written anew` };
  return { valid: true, entries: line, organizationId: last?.organizationId ?? null, lastHash: last?.hash ?? null };
}

function readEntry(text: string): AuditEntry | undefined {
  try {
    const value = JSON.parse(text) as AuditEntry | null;
    return typeof value === 'object' && value !== null && value.format === AUDIT_FORMAT ? value : undefined;
  } catch {
    return undefined;
  }
}

function problemOf({ hash, ...facts }: AuditEntry, last: AuditEntry | undefined): string | undefined {
  const { seq, previousHash, organizationId } = facts;
  const expected = (last?.seq ?? 0) + 1;
  if (seq !== expected) return `entry ${seq} stands where entry ${expected} belongs`;
  if (previousHash !== (last?.hash ?? null)) return `entry ${seq} does not follow the entry before it: that one was changed, or this one put in`;
  if (last && organizationId !== last.organizationId) return `entry ${seq} is of another organization`;
  if (auditHash(facts) !== hash) return `entry ${seq} was changed: its content has another hash than it says`;
  return undefined;
}
