import { Inject, Injectable } from '@nestjs/common';
import { isId, personIdOf } from '@steelyard/kernel';
import { DATABASE, type Database } from '@steelyard/platform-database';

/** What those who did something for an organization are called: its keys by their names, people by theirs. */
@Injectable()
export class ActorNames {
  constructor(@Inject(DATABASE) private readonly database: Database) {}

  /**
   * Names by actor id; without those that are nobody's. The ids must come from the organization's own records: a person who has left it is
   * still named in what they did for it.
   */
  async of(tenantId: string, actorIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const ids = [...new Set(actorIds)];
    const people = ids.flatMap((id) => personIdOf(id) ?? []).filter(isId);
    const names = new Map<string, string>();
    if (people.length < ids.length) {
      const where = { tenantId, id: { in: ids } };
      const keys = await this.database.withTenant(tenantId, (tx) => tx.apiKey.findMany({ where, select: { id: true, name: true } }));
      for (const { id, name } of keys) names.set(id, name);
    }
    if (people.length > 0) {
      const where = { id: { in: people } };
      const found = await this.database.withPlatform((tx) => tx.person.findMany({ where, select: { id: true, name: true, email: true } }));
      const byId = new Map(found.map(({ id, name, email }) => [id, name || email]));
      for (const id of ids) {
        const name = byId.get(personIdOf(id) ?? '');
        if (name !== undefined) names.set(id, name);
      }
    }
    return names;
  }
}
