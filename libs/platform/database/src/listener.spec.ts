import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeDatabase } from '@steelyard/test-support';
import pg from 'pg';

describeDatabase('listening', (ctx) => {
  let owner: pg.Client;

  beforeAll(async () => {
    owner = new pg.Client({ connectionString: ctx.url() });
    await owner.connect();
  });
  afterAll(() => owner.end());

  const notify = (channel: string, payload: string): Promise<unknown> => ctx.database().pool.query('SELECT pg_notify($1, $2)', [channel, payload]);

  /** Collects what is heard; `next` waits for the following one. */
  function collector(): { heard: (payload: string) => void; next: () => Promise<string>; left: () => readonly string[] } {
    const waiting: ((payload: string) => void)[] = [];
    const queue: string[] = [];
    return {
      heard: (payload) => {
        const first = waiting.shift();
        if (first) first(payload);
        else queue.push(payload);
      },
      left: () => queue,
      next: () => {
        const first = queue.shift();
        return first === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(first);
      },
    };
  }

  async function killListener(): Promise<void> {
    const { rowCount } = await owner.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query ILIKE 'LISTEN%' AND pid <> pg_backend_pid()`,
    );
    expect(rowCount).toBe(1);
  }

  it('hears what is sent on its channels, several times over, and nothing after it stopped', async () => {
    const [one, two, other] = [collector(), collector(), collector()];
    const stops = [
      await ctx.database().listen('Keys changed', one.heard),
      await ctx.database().listen('Keys changed', two.heard),
      await ctx.database().listen('other', other.heard),
    ];
    await notify('Keys changed', 'a');
    expect(await Promise.all([one.next(), two.next()])).toEqual(['a', 'a']);
    await stops[0]!();
    await notify('Keys changed', 'b');
    await notify('other', 'c');
    expect(await Promise.all([two.next(), other.next()])).toEqual(['b', 'c']);
    await Promise.all(stops.map((stop) => stop()));
    expect(one.left()).toEqual([]);
  });

  it('goes on after its connection is lost, and says that something may have been missed', async () => {
    const { heard, next } = collector();
    const gap = collector();
    const stop = await ctx.database().listen('publications', heard, { onGap: () => gap.heard('gap') });
    await notify('publications', 'before');
    expect(await next()).toBe('before');
    for (const round of ['1', '2']) {
      await killListener();
      expect(await gap.next()).toBe('gap');
      await notify('publications', `after ${round}`);
      expect(await next()).toBe(`after ${round}`);
    }
    await stop();
  });

  it('begins on a new channel while its connection is lost', async () => {
    const [old, fresh] = [collector(), collector()];
    const stops = [await ctx.database().listen('old', old.heard)];
    await killListener();
    stops.push(await ctx.database().listen('fresh', fresh.heard));
    await notify('fresh', 'here');
    expect(await fresh.next()).toBe('here');
    await Promise.all(stops.map((stop) => stop()));
  });

  it('is refused by a closed database', async () => {
    const { database } = await ctx.another();
    await database.close();
    await expect(database.listen('x', () => undefined)).rejects.toMatchObject({ code: 'DATABASE.CLOSED' });
  });
});
