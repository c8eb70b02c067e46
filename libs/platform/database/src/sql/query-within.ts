import type { Pool, PoolClient, QueryConfig, QueryResult, QueryResultRow } from 'pg';
import { databaseErrors } from '../errors.js';

/**
 * A query of a hot path, for which nobody waits longer than `withinMs`, the time for a connection included. One that has not answered by then is
 * thrown away. Whether the database has done what was asked, or still will, nobody knows: ask only for what may be done twice, or left.
 * @throws AppError `DATABASE.NO_ANSWER`; what `pg` throws
 */
export async function queryWithin<R extends QueryResultRow>(pool: Pool, query: QueryConfig, withinMs: number): Promise<QueryResult<R>> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(databaseErrors.NO_ANSWER({})), withinMs);
  });
  try {
    const client = await connect(pool, late);
    let failure: Error | undefined;
    try {
      return await Promise.race([client.query<R>(query), late]);
    } catch (error) {
      failure = error as Error;
      throw error;
    } finally {
      client.release(failure);
    }
  } finally {
    clearTimeout(timer);
  }
}

async function connect(pool: Pool, late: Promise<never>): Promise<PoolClient> {
  const connecting = pool.connect();
  try {
    return await Promise.race([connecting, late]);
  } catch (error) {
    // One that comes when nobody waits for it any more is the next one's.
    void connecting.then((client) => client.release()).catch(() => undefined);
    throw error;
  }
}
