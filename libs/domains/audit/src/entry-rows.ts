import { AUDIT_FORMAT, type AuditAction, type AuditActorKind, type AuditFacts } from '@steelyard/audit';

/** What is read of a row of `audit_entry`, as plain SQL gives it. */
export interface EntryRow {
  readonly id: string;
  readonly tenant_id: string;
  readonly seq: string | null;
  readonly at: Date;
  readonly actor_id: string;
  readonly actor_kind: AuditActorKind;
  readonly action: AuditAction;
  readonly object: string;
  readonly object_id: string;
  readonly changes: AuditFacts['changes'];
  readonly reason: string | null;
  readonly request_id: string | null;
  readonly hash: string | null;
}

export interface SealedRow extends EntryRow {
  readonly seq: string;
  readonly hash: string;
}

export const COLUMNS = 'id, tenant_id, seq, at, actor_id, actor_kind, action, object, object_id, changes, reason, request_id, hash';

/** An entry at its place in the chain. */
export function factsOf(row: EntryRow, seq: number, previousHash: string | null): AuditFacts {
  return {
    format: AUDIT_FORMAT,
    organizationId: row.tenant_id,
    seq,
    at: row.at.toISOString(),
    actor: { id: row.actor_id, kind: row.actor_kind },
    action: row.action,
    object: { kind: row.object, id: row.object_id },
    changes: row.changes,
    reason: row.reason,
    requestId: row.request_id,
    previousHash,
  };
}
