import { personIdOf, PLATFORM_ACTOR_ID, ROLE_PERMISSIONS, type Role } from '@steelyard/kernel';
import type { Invitation, Tx } from '@steelyard/platform-database';
import { mayManage } from '../organizations/membership-rules.js';

type Made = Pick<Invitation, 'tenantId' | 'actorId' | 'role'>;

/**
 * Whether who made an invitation might make it now. Otherwise somebody who was removed could come back by one to another address of theirs. Call it
 * with membership locked where something hangs on it.
 */
export async function mayStillInvite(tx: Tx, invitation: Made): Promise<boolean> {
  const acting = await roleOfInviter(tx, invitation);
  return acting !== undefined && mayManage(acting, [invitation.role]);
}

/** As what it was made, if that still holds: a person by the role that they have now, a key as an admin. */
async function roleOfInviter(tx: Tx, { tenantId, actorId }: Made): Promise<Role | undefined> {
  if (actorId === PLATFORM_ACTOR_ID) return 'owner';
  const personId = personIdOf(actorId);
  if (personId !== undefined) return managing(await tx.member.findFirst({ where: { tenantId, personId } }));
  const key = await tx.apiKey.findFirst({ where: { tenantId, id: actorId, revokedAt: null } });
  if (!key) return undefined;
  // The keys of programs and of the operator have no maker who could lose a role.
  if (key.memberId === null || managing(await tx.member.findFirst({ where: { tenantId, id: key.memberId } }))) return 'admin';
  return undefined;
}

function managing(member: { role: string } | null): Role | undefined {
  const role = member?.role as Role | undefined;
  return role && ROLE_PERMISSIONS[role].includes('organization:manage') ? role : undefined;
}
