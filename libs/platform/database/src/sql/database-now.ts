import type { Pool } from 'pg';

/** The time by the clock of the database, which all servers share: whole milliseconds since the epoch. */
export async function databaseNowMs(pool: Pick<Pool, 'query'>): Promise<number> {
  const { rows } = await pool.query<{ ms: number }>('SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::FLOAT8 AS ms');
  return rows[0]!.ms;
}
