import { Prisma, type Database } from '@steelyard/platform-database';

/** A tenant that has nothing: it sees what is public. */
const NOBODY_ID = '00000000-0000-0000-0000-000000000000';

/** A search as it is usually written first: every word anywhere in name or card, newest first. It ranks nothing and reads no figures. */
export async function searchByIlike(database: Database, search: string): Promise<unknown[]> {
  const words = search.split(' ').map((word) => Prisma.sql`AND (m.name ILIKE ${`%${word}%`} OR v.card ILIKE ${`%${word}%`})`);
  return database.withTenant(
    NOBODY_ID,
    (tx) => tx.$queryRaw<unknown[]>`
      SELECT m.*, v.version, v.manifest->>'description' AS description
        FROM model m JOIN model_version v ON v.tenant_id = m.tenant_id AND v.model_id = m.id
       WHERE m.visibility = 'public' AND v.state = 'ready' ${Prisma.join(words, ' ')}
       ORDER BY m.id DESC LIMIT 20`,
  );
}
