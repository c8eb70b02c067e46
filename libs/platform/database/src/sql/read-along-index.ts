import type { Pool, QueryResult, QueryResultRow } from 'pg';

/**
 * A page of rows in the order of an index, read along it whatever PostgreSQL has learnt of the table. Before its first `ANALYZE`, and a month's part has none
 * for its first hours, all rows that are left would be sorted for each page.
 */
export async function readAlongIndex<R extends QueryResultRow>(pool: Pool, text: string, values: unknown[]): Promise<QueryResult<R>> {
  const client = await pool.connect();
  let failure: Error | undefined;
  try {
    await client.query('BEGIN READ ONLY; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_sort = off');
    return await client.query<R>(text, values);
  } finally {
    await client.query('ROLLBACK').catch((cause: Error) => (failure = cause));
    // A connection that cannot even be rolled back is thrown away.
    client.release(failure);
  }
}
