import { personIdOf, ROLE_PERMISSIONS, type Caller, type Role } from '@steelyard/kernel';
import type { Tx } from '@steelyard/platform-database';
import { identityErrors } from '../errors.js';
import { membershipErrors } from './errors.js';

/**
 * Lets one at a time change who belongs to an organization, until the transaction ends. Without it two owners who leave at the same moment would each
 * see the other stay.
 */
export async function lockMembership(tx: Tx, tenantId: string): Promise<void> {
  await tx.$queryRaw`SELECT FROM organization WHERE id = ${tenantId}::uuid FOR NO KEY UPDATE`;
}

/**
 * As what the caller manages members. A person by the role that they have now, whatever a cache still says; a key as an admin, since owners are made
 * by people alone. Call it with membership locked.
 * @throws AppError `IDENTITY.MEMBERSHIP_ENDED`, `IDENTITY.FORBIDDEN`
 */
export async function managingRole(tx: Tx, { organizationId: tenantId, actorId }: Caller): Promise<Role> {
  const personId = personIdOf(actorId);
  if (personId === undefined) return 'admin';
  const member = await tx.member.findFirst({ where: { tenantId, personId } });
  if (!member) throw membershipErrors.MEMBERSHIP_ENDED({});
  const role = member.role as Role;
  if (!ROLE_PERMISSIONS[role].includes('organization:manage')) throw identityErrors.FORBIDDEN({ permission: 'organization:manage' });
  return role;
}

/** Owners manage everybody, admins everybody but owners. @throws AppError `IDENTITY.OWNERS_ONLY` */
export function checkMayManage(acting: Role, ...roles: readonly string[]): void {
  if (!mayManage(acting, roles)) throw membershipErrors.OWNERS_ONLY({});
}

/** Whether {@link checkMayManage} would let it pass. */
export function mayManage(acting: Role, roles: readonly string[]): boolean {
  return acting === 'owner' || !roles.includes('owner');
}

/** @throws AppError `IDENTITY.LAST_OWNER` when the organization would have no owner without this one. Call it with membership locked. */
export async function checkNotLastOwner(tx: Tx, { tenantId, id, role }: { tenantId: string; id: string; role: string }): Promise<void> {
  if (role !== 'owner') return;
  const others = await tx.member.count({ where: { tenantId, role: 'owner', id: { not: id } } });
  if (others === 0) throw membershipErrors.LAST_OWNER({});
}
