import { expect, it } from '@jest/globals';
import { newId } from '@steelyard/kernel';
import { describeDatabase, everyTestServer } from '@steelyard/test-support';

const MONTH = /^usage_event_\d{4}_\d{2}$/;

describeDatabase('parts of the usage table', (ctx) => {
  async function parts(): Promise<string[]> {
    const { rows } = await ctx
      .database()
      .pool.query<{ name: string }>(`SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = 'usage_event'::regclass ORDER BY 1`);
    return rows.map(({ name }) => name.replace('usage_parts.', ''));
  }

  const ensure = async (from: string, to: string): Promise<number> => {
    const { rows } = await ctx.database().pool.query<{ made: number }>('SELECT usage_ensure_parts($1, $2) AS made', [from, to]);
    return rows[0]!.made;
  };

  /** Writes an event with an id made at `atMs` and gives the part that it went to. */
  async function write(atMs: number): Promise<string> {
    const { rows } = await ctx.database().pool.query<{ part: string }>(
      `INSERT INTO usage_event (id, batch_id, consumer_tenant_id, provider_tenant_id, key_id, model_id, version_id, price_id, status, unit, quantity,
         amount_nano, fee_nano, currency, queue_micros, compute_micros, total_micros, occurred_at)
       VALUES ($1, $2, $2, $2, 'k', $2, $2, $2, 'succeeded', 'request', 1, 1, 0, 'usd', 1, 1, 1, now()) RETURNING tableoid::regclass::text AS part`,
      [newId(atMs), newId()],
    );
    return rows[0]!.part.replace('usage_parts.', '');
  }

  it('are there for this month and the next two from the start', async () => {
    const names = await parts();
    expect(names.filter((name) => MONTH.test(name))).toEqual(names);
    const now = new Date();
    const months = [0, 1, 2].map((ahead) => new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + ahead)).toISOString().slice(0, 7).replace('-', '_'));
    expect(names).toEqual(expect.arrayContaining(months.map((month) => `usage_event_${month}`)));
  });

  it('refuse an id of a month that has none, until it is made', async () => {
    const at = Date.UTC(2031, 4, 17);
    await expect(write(at)).rejects.toMatchObject({ code: '23514' });
    expect(await ensure('2031-05-17T00:00:00Z', '2031-05-17T00:00:00Z')).toBe(1);
    expect(await write(at)).toBe('usage_event_2031_05');
  });

  it('begin and end with the month, in UTC, to the millisecond', async () => {
    expect(await ensure('2030-12-01T00:00:00Z', '2031-01-31T23:59:59Z')).toBe(2);
    expect(await write(Date.UTC(2031, 0, 1) - 1)).toBe('usage_event_2030_12');
    expect(await write(Date.UTC(2031, 0, 1))).toBe('usage_event_2031_01');
  });

  it('are made once by many at the same time', async () => {
    const made = await Promise.all(Array.from({ length: 5 }, () => ensure('2033-01-01T00:00:00Z', '2033-06-15T00:00:00Z')));
    expect(made.reduce((sum, count) => sum + count)).toBe(6);
  });

  it('are not made without bound', async () => {
    await expect(ensure('2000-01-01T00:00:00Z', '2900-01-01T00:00:00Z')).rejects.toThrow(/ten years/);
  });

  it('cannot be reached but through the table', async () => {
    const [name] = await parts();
    await expect(ctx.database().pool.query(`SELECT 1 FROM usage_parts.${name}`)).rejects.toMatchObject({ code: '42501' });
  });
}, everyTestServer());
