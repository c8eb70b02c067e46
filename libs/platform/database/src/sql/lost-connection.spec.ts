import { expect, it } from '@jest/globals';
import { describeDatabase } from '@steelyard/test-support';
import { withClient } from '../with-client.js';

describeDatabase('a connection that is lost while somebody has it', (context) => {
  it('fails the next query of whoever has it, and nobody else', async () => {
    const { pool } = context.database();
    const client = await pool.connect();
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const ended = new Promise<void>((resolve) => client.once('end', resolve));
    await withClient(context.adminUrl(), (admin) => admin.query('SELECT pg_terminate_backend($1)', [rows[0]!.pid]));
    await ended;
    await expect(client.query('SELECT 1')).rejects.toThrow();
    client.release(true);
    expect((await pool.query<{ one: number }>('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  });
});
