import pg from 'pg';
import { databaseErrors } from './errors.js';

/**
 * Calls `work` with a connection of its own, as the user that the URL names.
 * @throws AppError DATABASE.UNREACHABLE when there is no connection to be had.
 */
export async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, options: '-c TimeZone=UTC' });
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (error) {
    const { hostname, pathname } = new URL(url);
    throw databaseErrors.UNREACHABLE({ server: `${hostname}${pathname}`, reason: (error as Error).message }, error);
  }
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
