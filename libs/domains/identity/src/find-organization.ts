import { Inject, Injectable } from '@nestjs/common';
import { isAllowed, isOperator, type Caller, type Identified } from '@steelyard/kernel';
import { DATABASE, type ApiKey, type Database, type Organization } from '@steelyard/platform-database';
import { authorize, requireCaller } from './authorize.js';
import { listKeys } from './keys/live-keys.js';
import { callerIn } from './organizations/caller-in.js';
import { viewMembers, type MemberView } from './organizations/member-view.js';

/** Reads organizations, their members and keys, as far as the caller may. */
@Injectable()
export class FindOrganization {
  constructor(@Inject(DATABASE) private readonly database: Database) {}

  /** The caller's own; every key may know whose it is. */
  async own(by: Caller | undefined): Promise<Organization> {
    const { organizationId: id } = requireCaller(by);
    return this.database.withTenant(id, (tx) => tx.organization.findUniqueOrThrow({ where: { id } }));
  }

  /** By handle: the caller's own, any for the operator; `null` for the others, there or not. */
  async byHandle(by: Caller | undefined, handle: string): Promise<Organization | null> {
    const caller = authorize(by, 'organization:read');
    if (isOperator(caller)) return this.database.withPlatform((tx) => tx.organization.findUnique({ where: { handle } }));
    return this.database.withTenant(caller.organizationId, (tx) => tx.organization.findFirst({ where: { handle, id: caller.organizationId } }));
  }

  /** As whom somebody sees an organization; see {@link callerIn}. */
  callerIn(by: Identified, organizationId: string): Promise<Caller | undefined> {
    return callerIn(this.database, by, organizationId);
  }

  /** Nobody for an organization that is not the caller's. */
  async members(by: Caller | undefined, organizationId: string): Promise<MemberView[]> {
    const caller = authorize(by, 'organization:read');
    const query = { where: { tenantId: organizationId }, orderBy: { id: 'asc' } } as const;
    const members = isOperator(caller)
      ? await this.database.withPlatform((tx) => tx.member.findMany(query))
      : await this.database.withTenant(caller.organizationId, (tx) => tx.member.findMany(query));
    return viewMembers(this.database, caller, members);
  }

  /** Members of the caller's organization by their ids; none for a caller who may not know its members. */
  async membersById(by: Caller | undefined, ids: readonly string[]): Promise<ReadonlyMap<string, MemberView>> {
    const caller = requireCaller(by);
    const { organizationId: tenantId } = caller;
    if (ids.length === 0 || !isAllowed(caller, 'organization:read')) return new Map();
    const members = await this.database.withTenant(tenantId, (tx) => tx.member.findMany({ where: { tenantId, id: { in: [...ids] } } }));
    return new Map((await viewMembers(this.database, caller, members)).map((member) => [member.id, member]));
  }

  /** The keys of the caller's organization, newest first: all that work, and the newest that have ended. */
  async apiKeys(by: Caller | undefined): Promise<ApiKey[]> {
    const { organizationId: tenantId } = authorize(by, 'keys:manage');
    return this.database.withTenant(tenantId, (tx) => listKeys(tx, tenantId, new Date()));
  }
}
