import { Inject, Injectable } from '@nestjs/common';
import { ModelNames, type VersionName } from '@steelyard/domain-catalog';
import { ActorNames } from '@steelyard/domain-identity';
import type { SeriesGroup, UsageBucket, UsageRow } from '@steelyard/domain-metering';

/**
 * Usage by the names of what was used, as the organization that asks may see them now. A consumer no longer sees the name of a model that has
 * become private, though its own calls of it stay, by their ids; a provider always sees its own.
 */
@Injectable()
export class UsageNames {
  constructor(
    @Inject(ModelNames) private readonly models: ModelNames,
    @Inject(ActorNames) private readonly actors: ActorNames,
  ) {}

  /** By version id, for all of a page by one query. */
  versionsOf(tenantId: string, rows: readonly UsageRow[]): Promise<ReadonlyMap<string, VersionName>> {
    return this.models.versions(tenantId, rows.map(({ providerTenantId, versionId }) => ({ ownerId: providerTenantId, id: versionId })));
  }

  /** By the key's id, or the person's as an actor. */
  keysOf(tenantId: string, rows: readonly UsageRow[]): Promise<ReadonlyMap<string, string>> {
    return this.actors.namesOf(tenantId, rows.flatMap(({ keyId }) => keyId ?? []));
  }

  /** By the group of a bucket. */
  async groupsOf(tenantId: string, groupBy: SeriesGroup, buckets: readonly UsageBucket[]): Promise<ReadonlyMap<string, string>> {
    const groups = [...new Map(buckets.flatMap(({ group, ownerId }) => (group === null ? [] : [[group, ownerId] as const])))];
    const owned = groups.flatMap(([id, ownerId]) => (ownerId === null ? [] : { id, ownerId }));
    switch (groupBy) {
      case 'none':
      case 'tag':
        return new Map(groups.map(([tag]) => [tag, tag]));
      case 'model':
        return this.models.models(tenantId, owned);
      case 'version': {
        const versions = await this.models.versions(tenantId, owned);
        return new Map([...versions].map(([id, { modelRef, version }]) => [id, `${modelRef}@${version}`]));
      }
      case 'key':
        return this.actors.namesOf(tenantId, groups.map(([id]) => id));
    }
  }

  /** A filter's owner/name as an id. `null` where a name is given that nobody has, or that the organization may not see: no call is of it. */
  async modelIdOf(tenantId: string, ref: string | null | undefined): Promise<string | undefined | null> {
    return ref == null ? undefined : ((await this.models.idOf(tenantId, ref)) ?? null);
  }
}
