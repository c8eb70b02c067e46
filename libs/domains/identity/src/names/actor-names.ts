import { Inject, Injectable } from '@nestjs/common';
import { personActorId, personIdOf, PLATFORM_ACTOR_ID } from '@steelyard/kernel';
import { DATABASE, type Database } from '@steelyard/platform-database';

/** What those are called who did something in an organization. */
@Injectable()
export class ActorNames {
  constructor(@Inject(DATABASE) private readonly database: Database) {}

  /**
   * Names of people and keys by the ids under which they are written down; without those that are not known any more.
   * @param tenantId whose records the ids come from; keys of others are not named.
   */
  async namesOf(tenantId: string, actorIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const personIds = new Set<string>();
    const keyIds = new Set<string>();
    for (const actorId of actorIds) {
      const personId = personIdOf(actorId);
      if (personId !== undefined) personIds.add(personId);
      else if (actorId !== PLATFORM_ACTOR_ID) keyIds.add(actorId);
    }
    return new Map([[PLATFORM_ACTOR_ID, 'Steelyard'], ...(await this.#people([...personIds])), ...(await this.keyNames(tenantId, [...keyIds]))]);
  }

  /** People belong to no tenant, so only the platform reads them. */
  async #people(ids: readonly string[]): Promise<[string, string][]> {
    if (ids.length === 0) return [];
    const where = { id: { in: [...ids] } };
    const rows = await this.database.withPlatform((tx) => tx.person.findMany({ where, select: { id: true, name: true, email: true } }));
    return rows.map(({ id, name, email }) => [personActorId(id), name || email]);
  }

  /** Names of a tenant's keys, also of those that have ended. */
  async keyNames(tenantId: string, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
    if (ids.length === 0) return new Map();
    const where = { tenantId, id: { in: [...ids] } };
    const rows = await this.database.withTenant(tenantId, (tx) => tx.apiKey.findMany({ where, select: { id: true, name: true } }));
    return new Map(rows.map(({ id, name }) => [id, name]));
  }
}
