import { expect, it } from '@jest/globals';
import { describeDatabase } from '@steelyard/test-support';
import { queryWithin } from './query-within.js';

const FOR_EVER = { text: 'SELECT pg_sleep(3600)' };
const NO_ANSWER = { code: 'DATABASE.NO_ANSWER', kind: 'unavailable' };

describeDatabase('a query that is given a time', (context) => {
  it('answers as any other', async () => {
    const { rows } = await queryWithin(context.database().pool, { text: 'SELECT $1::INT AS number', values: [7] }, 30_000);
    expect(rows).toEqual([{ number: 7 }]);
  });

  it('throws a connection away that has not answered by then', async () => {
    const { pool } = (await context.another()).database;
    // There is one already, so that the time is the query's.
    await pool.query('SELECT 1');
    expect(pool.totalCount).toBe(1);
    await expect(queryWithin(pool, FOR_EVER, 50)).rejects.toMatchObject(NO_ANSWER);
    expect(pool.totalCount).toBe(0);
    expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  });

  it('does not wait for a connection for longer either, nor keep the one that comes later', async () => {
    const { pool } = (await context.another()).database;
    const taken = await Promise.all(Array.from({ length: pool.options.max }, () => pool.connect()));
    await expect(queryWithin(pool, { text: 'SELECT 1' }, 50)).rejects.toMatchObject(NO_ANSWER);
    for (const client of taken) client.release();
    expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    expect(pool.idleCount).toBe(pool.totalCount);
  });
});
