import { createHash } from 'node:crypto';

const RANGE = 2 ** 48;

/**
 * A number from 0 up to but not 1 that decides whether a call is a canary's. With an idempotency key it follows from that key,
 * so that a retry draws the same version; else it is chance.
 */
export function drawFor(organizationId: string, idempotencyKey: string | undefined): number {
  if (idempotencyKey === undefined) return Math.random();
  // With the organization, because everybody counts from 1.
  return createHash('sha256').update(organizationId).update('\0').update(idempotencyKey).digest().readUIntBE(0, 6) / RANGE;
}
