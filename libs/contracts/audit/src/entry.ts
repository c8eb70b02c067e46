import { canonicalJson } from '@steelyard/kernel/canonical-json';
import { sha256Hex } from '@steelyard/kernel/sha256';

export const AUDIT_FORMAT = 'steelyard-audit/1';

export type AuditAction = 'created' | 'changed' | 'removed';
export type AuditActorKind = 'key' | 'person' | 'operator' | 'platform';

/** A change of state, as it stands in a file: one a line. */
export interface AuditEntry {
  readonly format: typeof AUDIT_FORMAT;
  readonly organizationId: string;
  /** Its place in the organization's chain, from 1. */
  readonly seq: number;
  /** When it was made. Entries are in the order in which they were sealed, which may differ by moments. */
  readonly at: string;
  readonly actor: { readonly id: string; readonly kind: AuditActorKind };
  readonly action: AuditAction;
  readonly object: { readonly kind: string; readonly id: string };
  /** What each column was and is; numbers as text. `(withheld)` is a value that is not told, `{bytes, sha256}` stands for a long one. */
  readonly changes: Readonly<Record<string, readonly [before: unknown, after: unknown]>>;
  readonly reason: string | null;
  readonly requestId: string | null;
  /** Of the entry before; null for the first. */
  readonly previousHash: string | null;
  readonly hash: string;
}

/** An entry before it is sealed. */
export type AuditFacts = Omit<AuditEntry, 'hash'>;

/** The sha256, in hex, of the canonical JSON of an entry without its own hash: that of the entry before it is among what is hashed. */
export function auditHash(facts: AuditFacts): string {
  return sha256Hex(canonicalJson(facts));
}

export function auditLine(entry: AuditEntry): string {
  return canonicalJson(entry);
}
