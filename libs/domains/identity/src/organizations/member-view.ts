import { personActorId, type Caller, type Role } from '@steelyard/kernel';
import type { Database, Member } from '@steelyard/platform-database';

/** A member as those of the same organization see them. */
export interface MemberView {
  readonly id: string;
  readonly email: string;
  readonly role: Role;
  readonly createdAt: Date;
  /** Empty until somebody with the address has signed in. */
  readonly name: string;
  readonly joined: boolean;
  readonly you: boolean;
}

/** Members with what their people are called. People belong to no tenant, so the platform looks them up. */
export async function viewMembers(database: Database, caller: Caller, members: readonly Member[]): Promise<MemberView[]> {
  const personIds = members.flatMap(({ personId }) => personId ?? []);
  const people = personIds.length === 0 ? [] : await database.withPlatform((tx) => tx.person.findMany({ where: { id: { in: personIds } }, select: { id: true, name: true } }));
  const names = new Map(people.map(({ id, name }) => [id, name]));
  return members.map(({ id, email, role, createdAt, personId }) => ({
    id,
    email,
    role: role as Role,
    createdAt,
    name: names.get(personId ?? '') ?? '',
    joined: personId !== null,
    you: personId !== null && personActorId(personId) === caller.actorId,
  }));
}
