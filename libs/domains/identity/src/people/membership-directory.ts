import { personActorId, ROLE_PERMISSIONS, type Caller, type Role, type Scope } from '@steelyard/kernel';
import type { Pool } from '@steelyard/platform-database';
import { RecentRows, type RecentRowsOptions } from '../keys/recent-rows.js';

/** The channel on which the id of a person whose memberships changed is notified, by a trigger. */
export const MEMBER_CHANGED = 'steelyard_member';

/** What a person is in one organization, and so may do there. */
export interface Membership {
  readonly role: Role;
  readonly caller: Caller;
}

/** The organizations of people by the person's id, the oldest membership first. */
export class MembershipDirectory extends RecentRows<readonly Membership[]> {
  constructor(pool: Pick<Pool, 'query'>, options?: RecentRowsOptions) {
    super((personIds) => read(pool, personIds), options);
  }

  async of(personId: string): Promise<readonly Membership[]> {
    return this.remembered(personId) ?? (await this.find(personId)) ?? [];
  }

  /** As the database has it now. */
  async again(personId: string): Promise<readonly Membership[]> {
    this.forget(personId);
    return this.of(personId);
  }
}

async function read(pool: Pick<Pool, 'query'>, personIds: readonly string[]): Promise<ReadonlyMap<string, readonly Membership[]>> {
  const { rows } = await pool.query<MemberRow>(
    `SELECT m.person_id, m.tenant_id, m.role, o.handle
       FROM member m JOIN organization o ON o.id = m.tenant_id WHERE m.person_id = ANY($1::uuid[]) ORDER BY m.created_at, m.id`,
    [personIds],
  );
  const found = new Map<string, Membership[]>(personIds.map((id) => [id, []]));
  for (const row of rows) found.get(row.person_id)!.push(toMembership(row));
  return found;
}

interface MemberRow {
  readonly person_id: string;
  readonly tenant_id: string;
  readonly role: Role;
  readonly handle: string;
}

function toMembership({ person_id, tenant_id, role, handle }: MemberRow): Membership {
  const scopes = new Set<Scope>(ROLE_PERMISSIONS[role]);
  return { role, caller: Object.freeze({ organizationId: tenant_id, organizationHandle: handle, actorId: personActorId(person_id), scopes }) };
}
