import { newId } from '@steelyard/kernel';
import type { Database, Tx } from '@steelyard/platform-database';
import type { Operation, OperationKind } from './operation.js';

export interface NewOperation {
  readonly kind: OperationKind;
  readonly key: string;
  readonly tenantId: string;
  readonly subjectId: string;
}

const COLUMNS = `id, tenant_id AS "tenantId", kind, key, subject_id AS "subjectId", state, revision, attempts, first_sent_at AS "firstSentAt", created_at AS "createdAt"`;

/** Longer than any operation takes. Whoever had it is dead then, or late: the idempotency key makes that no harm. */
const CLAIM_MS = 5 * 60 * 1_000;

/** ms. Whoever adds an operation runs it at once, and tells its caller what became of it; a round takes it only when that server is gone. */
export const HEAD_START_MS = 5_000;

const withHeadStart = (now: Date): Date => new Date(now.getTime() + HEAD_START_MS);

/** Once for a key, in the transaction that writes what it is for. Gives its id. */
export async function insertOperation(tx: Tx, { kind, key, tenantId, subjectId }: NewOperation, now: Date): Promise<string> {
  await tx.paymentOperation.createMany({ data: [{ id: newId(), kind, key, tenantId, subjectId, nextAt: withHeadStart(now), createdAt: now }], skipDuplicates: true });
  const { id } = await tx.paymentOperation.findUniqueOrThrow({ where: { key }, select: { id: true } });
  return id;
}

/** Of a row that is sent once more, under a new key. */
export const again = (now: Date) => ({ state: 'pending', firstSentAt: null, attempts: 0, doneAt: null, nextAt: withHeadStart(now), revision: { increment: 1 } }) as const;

/** Takes operations that are due, past those that another server has taken. Their claim ends by itself. */
export async function claimDue(database: Database, now: Date, limit: number): Promise<Operation[]> {
  return claim(database, now, [`next_at <= $1`, `LIMIT ${limit}`]);
}

/** Takes one, due or not, if nobody else has it. */
export async function claimOne(database: Database, now: Date, id: string): Promise<Operation | undefined> {
  const [operation] = await claim(database, now, ['id = $3::uuid', ''], [id]);
  return operation;
}

async function claim(database: Database, now: Date, [condition, limit]: readonly [string, string], values: readonly string[] = []): Promise<Operation[]> {
  const until = new Date(now.getTime() + CLAIM_MS);
  const text = `
    UPDATE payment_operation SET claimed_until = $2, attempts = attempts + 1
    WHERE id IN (
      SELECT id FROM payment_operation
      WHERE state IN ('pending', 'sent') AND (claimed_until IS NULL OR claimed_until <= $1) AND ${condition}
      ORDER BY next_at FOR UPDATE SKIP LOCKED ${limit})
    RETURNING ${COLUMNS}`;
  const { rows } = await database.pool.query<Operation>(text, [now.toISOString(), until.toISOString(), ...values]);
  return rows;
}
