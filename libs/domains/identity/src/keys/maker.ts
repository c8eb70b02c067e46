import { personIdOf, type Caller } from '@steelyard/kernel';
import type { Tx } from '@steelyard/platform-database';
import { membershipErrors } from '../organizations/errors.js';

/**
 * The member whose role bounds what keys that the caller makes may do: the person themself, or who made the key that calls. Otherwise a key could
 * make another to outlive the rights of its maker. `null` for the keys of programs and of the operator.
 * @throws AppError `IDENTITY.MEMBERSHIP_ENDED`
 */
export async function makerOf(tx: Tx, { organizationId: tenantId, actorId }: Caller): Promise<string | null> {
  const personId = personIdOf(actorId);
  if (personId === undefined) {
    const key = await tx.apiKey.findFirst({ where: { tenantId, id: actorId }, select: { memberId: true } });
    return key?.memberId ?? null;
  }
  const member = await tx.member.findFirst({ where: { tenantId, personId }, select: { id: true } });
  if (!member) throw membershipErrors.MEMBERSHIP_ENDED({});
  return member.id;
}
