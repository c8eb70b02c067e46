import { isOperator, personActorId, ROLE_PERMISSIONS, type Caller, type Identified, type Role, type Scope } from '@steelyard/kernel';
import type { Database } from '@steelyard/platform-database';

/**
 * As whom somebody sees an organization: the caller; or the person as a member of one that they do not act for at the moment, such as one that they
 * have just opened or joined. Asked of the database, since what is remembered of them may be older than that.
 */
export async function callerIn(database: Database, { caller, person }: Identified, organizationId: string): Promise<Caller | undefined> {
  if (!person || caller?.organizationId === organizationId || (caller && isOperator(caller))) return caller;
  const where = { tenantId: organizationId, personId: person.id };
  const member = await database.withPlatform((tx) => tx.member.findFirst({ where, select: { role: true, organization: { select: { handle: true } } } }));
  if (!member) return caller;
  const scopes = new Set<Scope>(ROLE_PERMISSIONS[member.role as Role]);
  return { organizationId, organizationHandle: member.organization.handle, actorId: personActorId(person.id), scopes };
}
