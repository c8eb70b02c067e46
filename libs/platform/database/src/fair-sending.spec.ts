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
const log = { info: () => undefined, warn: () => undefined, error: () => undefined };

async function until(isSo: () => boolean): Promise<void> {
  const deadlineMs = Date.now() + 20_000;
  while (!isSo()) {
    if (Date.now() > deadlineMs) throw new Error('it did not come to that');
    await pause(20);
  }
}

describeDatabase('sending to receivers of many organizations', (context) => {
  let database: Database;
  /** Whom something was begun to be sent for, in order. */
  let begun: string[];
  let answer: Map<string, () => void>;

  beforeEach(async () => {
    const other = await context.another();
    database = other.database;
    await withClient(other.url, (owner) =>
      owner.query('CREATE TABLE message (tenant_id UUID, id UUID PRIMARY KEY, next_attempt_at TIMESTAMPTZ); GRANT ALL ON message TO steelyard_platform'),
    );
    [begun, answer] = [[], new Map()];
  });

  /** @param slow whose receivers do not answer until told to */
  const sender = (slow: readonly string[], failing = '') =>
    new FairSending<Row>({
      name: 'messages',
      log,
      claim: async (values) => (await database.pool.query<Row>(CLAIM, [...values])).rows,
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

  it('goes on by itself, and waits at its end for what is under way', async () => {
    const [slow, failing, quick] = [newId(), newId(), newId()];
    const sending = sender([slow], failing);
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
