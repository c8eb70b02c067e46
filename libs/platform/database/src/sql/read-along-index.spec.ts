import { expect, it } from '@jest/globals';
import { describeDatabase } from '@steelyard/test-support';
import { readAlongIndex } from './read-along-index.js';

describeDatabase('reading along an index', (context) => {
  const settings = `SELECT current_setting('enable_sort') AS sort, current_setting('enable_bitmapscan') AS bitmap`;
  const plain = async () => (await context.database().pool.query(settings)).rows;

  it('keeps the planner from sorting, for this one query', async () => {
    const { pool } = context.database();
    expect((await readAlongIndex(pool, settings, [])).rows).toEqual([{ sort: 'off', bitmap: 'off' }]);
    for (let connection = 0; connection < 5; connection += 1) expect(await plain()).toEqual([{ sort: 'on', bitmap: 'on' }]);
  });

  it('writes nothing, and gives its connection back when it fails', async () => {
    const { pool } = context.database();
    for (let attempt = 0; attempt < 10; attempt += 1) await expect(readAlongIndex(pool, 'DELETE FROM usage_event', [])).rejects.toThrow('read-only');
    expect(await plain()).toEqual([{ sort: 'on', bitmap: 'on' }]);
  });
});
