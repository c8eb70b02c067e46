import { Inject, Injectable } from '@nestjs/common';
import { ModelNames } from '@steelyard/domain-catalog';
import { ActorNames } from '@steelyard/domain-identity';
import { isPersonalKind, type Caller } from '@steelyard/kernel';
import { DATABASE, type Database } from '@steelyard/platform-database';
import { POLICY_SCOPES, type PolicyScope, type PrivacyPolicy } from './policy.js';

export interface NamedPolicy extends PrivacyPolicy {
  readonly key: { readonly id: string; readonly name: string | null } | null;
  /** `ref` is `null` where the organization may not see the model any more. */
  readonly model: { readonly id: string; readonly ref: string | null } | null;
}

/** The policies of an organization, with the names of what they are for. */
@Injectable()
export class ListPolicies {
  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(ModelNames) private readonly models: ModelNames,
    @Inject(ActorNames) private readonly actors: ActorNames,
  ) {}

  /** The organization's first, then those of keys, then those of models. */
  async list({ organizationId: tenantId }: Caller): Promise<NamedPolicy[]> {
    const rows = await this.database.withTenant(tenantId, (tx) => tx.privacyPolicy.findMany({ where: { tenantId }, orderBy: { subject: 'asc' } }));
    const [keys, models] = await Promise.all([
      this.actors.keyNames(tenantId, rows.filter(({ scope }) => scope === 'key').map(({ subject }) => subject)),
      this.models.models(tenantId, rows.flatMap(({ subject, providerId }) => (providerId === null ? [] : [{ id: subject, ownerId: providerId }]))),
    ]);
    const named = rows.map((row): NamedPolicy => ({
      ...row,
      scope: row.scope as PolicyScope,
      mask: row.mask.filter(isPersonalKind),
      block: row.block.filter(isPersonalKind),
      key: row.scope === 'key' ? { id: row.subject, name: keys.get(row.subject) ?? null } : null,
      model: row.scope === 'model' ? { id: row.subject, ref: models.get(row.subject) ?? null } : null,
    }));
    return named.sort((a, b) => POLICY_SCOPES.indexOf(a.scope) - POLICY_SCOPES.indexOf(b.scope));
  }
}
