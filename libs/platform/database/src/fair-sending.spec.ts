import { setTimeout as pause } from 'node:timers/promises';
import { beforeEach, expect, it } from '@jest/globals';
import { newId } from '@steelyard/kernel';
import { withClient } from '@steelyard/platform-database/embedded';
import { describeDatabase } from '@steelyard/test-support';
import type { Database } from './database.js';
import { dueFairly, FairSending } from './fair-sending.js';

interface Row {
  readonly tenantId: string;
  readonly id: string;
}

const CLAIM = `
  ${dueFairly('message')}
  UPDATE message AS m SET next_attempt_at = $2 FROM mine WHERE m.tenant_id = mine.tenant_id AND m.id = mine.id RETURNING m.tenant_id AS "tenantId", m.id`;
const TABLE = `
  CREATE TABLE message (tenant_id UUID, id UUID, next_attempt_at TIMESTAMPTZ, PRIMARY KEY (tenant_id, id));
  CREATE INDEX ON message (next_attempt_at);
  CREATE INDEX ON message (tenant_id, next_attempt_at) WHERE next_attempt_at IS NOT NULL;
  GRANT ALL ON message TO steelyard_platform`;
const log = { info: () => undefined, warn: () => undefined, error: () => undefined };

interface Plan {
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly Plans?: readonly Plan[];
}

/** Of any step, the most rows that it gives. */
function mostRows({ 'Actual Rows': rows, 'Actual Loops': loops, Plans: steps = [] }: Plan): number {
  return Math.max(rows * loops, ...steps.map(mostRows));
}

async function until(isSo: () => boolean): Promise<void> {
  const deadlineMs = Date.now() + 20_000;
  while (!isSo()) {
    if (Date.now() > deadlineMs) throw new Error('it did not come to that');
    await pause(20);
  }
}

describeDatabase('sending to receivers of many organizations', (context) => {
  let database: Database;
  let url: string;
  /** Whom something was begun to be sent for, in order. */
  let begun: string[];
  let answer: Map<string, () => void>;

  beforeEach(async () => {
    const other = await context.another();
    [database, url] = [other.database, other.url];
    await withClient(url, (owner) => owner.query(TABLE));
    [begun, answer] = [[], new Map()];
  });

  /**
   * @param slow whose receivers do not answer until told to
   * @param asked is given the statements
   */
  const sender = (slow: readonly string[], { failing = '', asked = [] }: { failing?: string; asked?: { text: string; values: unknown[] }[] } = {}) =>
    new FairSending<Row>({
      name: 'messages',
      log,
      pool: { query: (statement: { text: string; values: unknown[] }) => (asked.push(statement), database.pool.query(statement)) } as typeof database.pool,
      table: 'message',
      claim: async (values) => (asked.push({ text: CLAIM, values: [...values] }), (await database.pool.query<Row>(CLAIM, [...values])).rows),
      send: async ({ tenantId, id }) => {
        begun.push(tenantId);
        if (slow.includes(tenantId)) await new Promise<void>((answered) => answer.set(id, answered));
        if (tenantId === failing) throw new Error('the database is away');
        await database.pool.query('DELETE FROM message WHERE id = $1', [id]);
      },
    });
  const due = async (tenantId: string, count: number) => {
    for (let n = 0; n < count; n += 1) await database.pool.query(`INSERT INTO message VALUES ($1, $2, now() - INTERVAL '1 minute')`, [tenantId, newId()]);
  };
  const begunFor = (tenantId: string) => begun.filter((one) => one === tenantId).length;

  it('does not wait for one that is slow, and has no more of it under way than it may', async () => {
    const [slow, quick] = [newId(), newId()];
    await due(slow, 9);
    const sending = sender([slow]);
    const first = sending.once(Date.now());
    await until(() => begunFor(slow) === 4);
    await due(quick, 3);
    expect(await sending.once(Date.now())).toBe(3);
    expect([begunFor(slow), begunFor(quick)]).toEqual([4, 3]);
    [...answer.values()][0]!();
    // It has a place when what came of the first is written down.
    const more: Promise<number>[] = [];
    await until(() => more.push(sending.once(Date.now())) > 0 && begunFor(slow) === 5);
    await pause(50);
    expect(begunFor(slow)).toBe(5);
    for (const answered of answer.values()) answered();
    expect(await first).toBe(4);
    expect((await Promise.all(more)).reduce((sum, count) => sum + count)).toBe(1);
  });

  it('gives every organization a place before any has its second', async () => {
    const many = Array.from({ length: 40 }, () => newId());
    for (const tenantId of many) await due(tenantId, 3);
    expect(await sender([]).once(Date.now())).toBe(64);
    for (const tenantId of many) expect(begunFor(tenantId)).toBeGreaterThanOrEqual(1);
  });

  it('looks at few of the rows of one who has very many, and hides nobody behind them', async () => {
    const [hoarder, others] = [newId(), Array.from({ length: 5 }, () => newId())];
    await database.pool.query(`INSERT INTO message SELECT $1, gen_random_uuid(), now() - INTERVAL '1 day' FROM generate_series(1, 20000)`, [hoarder]);
    for (const tenantId of others) await due(tenantId, 1);
    await withClient(url, (owner) => owner.query('ANALYZE message'));
    const asked: { text: string; values: unknown[] }[] = [];
    expect(await sender([], { asked }).once(Date.now())).toBe(4 + others.length);
    expect(new Set(begun)).toEqual(new Set([hoarder, ...others]));
    expect(asked).toHaveLength(2);
    for (const { text, values } of asked) {
      const { rows } = await database.pool.query<{ 'QUERY PLAN': [{ Plan: Plan }] }>(`EXPLAIN (ANALYZE, FORMAT JSON) ${text}`, values);
      expect(mostRows(rows[0]!['QUERY PLAN'][0].Plan)).toBeLessThan(1_000);
    }
  });

  it('visits all who have something due in turn, where they are more than one claim looks at', async () => {
    const many = Array.from({ length: 2_500 }, () => newId());
    await database.pool.query(`INSERT INTO message SELECT id, gen_random_uuid(), now() - INTERVAL '1 minute' FROM unnest($1::UUID[]) AS id`, [many]);
    const hoarder = '00000000-0000-0000-0000-000000000001';
    await database.pool.query(`INSERT INTO message SELECT $1, gen_random_uuid(), now() - INTERVAL '1 day' FROM generate_series(1, 300)`, [hoarder]);
    const last = many.toSorted().at(-1)!;
    await database.pool.query(`UPDATE message SET next_attempt_at = now() - INTERVAL '2 minutes' WHERE tenant_id = $1`, [last]);
    const sending = sender([]);
    for (let round = 0; round < 3; round += 1) expect(await sending.once(Date.now())).toBe(64);
    expect(begun).toContain(last);
  });

  it('goes on by itself, and waits at its end for what is under way', async () => {
    const [slow, failing, quick] = [newId(), newId(), newId()];
    const sending = sender([slow], { failing });
    for (const tenantId of [slow, failing, quick]) await due(tenantId, 1);
    sending.start();
    await until(() => begun.length === 3);
    await due(quick, 1);
    await until(() => begunFor(quick) === 2);
    let ended = false;
    const end = sending.stop().then(() => (ended = true));
    await pause(50);
    expect(ended).toBe(false);
    for (const answered of answer.values()) answered();
    await end;
    // What failed is claimed still, and comes again when the claim is over.
    const { rows } = await database.pool.query<{ tenant_id: string }>('SELECT tenant_id FROM message');
    expect(rows).toEqual([{ tenant_id: failing }]);
    expect(await sender([]).once(Date.now() + 61_000)).toBe(1);
  });
});
