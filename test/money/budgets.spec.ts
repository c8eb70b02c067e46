import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { Ledger } from '@steelyard/domain-ledger';
import { newId } from '@steelyard/kernel';
import { openDatabase, type Database } from '@steelyard/platform-database';
import { describeDatabase } from '@steelyard/test-support';
import { BudgetStage, UNTRUE_WINDOWS } from './budget-stage.js';

const CLIENTS = 64;
const DAY_MS = 86_400_000;

describeDatabase('budgets', (context) => {
  let stage: BudgetStage;
  /** Servers on one database, each with connections of its own. */
  let servers: Database[];
  let gateways: Ledger[];

  beforeAll(async () => {
    const options = { url: context.url(), dataDir: 'unused', connections: 4 };
    servers = await Promise.all(Array.from({ length: 4 }, () => openDatabase(options)));
    gateways = servers.map((server) => new Ledger(server));
  });
  afterAll(() => Promise.all(servers.map((server) => server.close())));

  beforeEach(async () => {
    stage = new BudgetStage(context.database());
    await stage.credit(10n ** 12n);
  });
  afterEach(async () => {
    expect((await context.database().pool.query(UNTRUE_WINDOWS)).rows).toEqual([]);
    expect((await stage.ledger.trialBalance()).every(({ balanced }) => balanced)).toBe(true);
  });

  /** Clients that call until they are refused; gives the ids of what they were given, and what the last was answered. */
  async function drive(amountNano: bigint, after: (eventId: string) => Promise<void> = async () => undefined): Promise<{ open: string[]; last: Set<string> }> {
    const open: string[] = [];
    const client = async (index: number): Promise<string> => {
      for (;;) {
        const answer = await stage.reserve({ amountNano }, gateways[index % gateways.length]);
        if (answer.outcome !== 'open') return answer.outcome === 'limited' ? answer.budgetId : answer.outcome;
        open.push(answer.eventId);
        await after(answer.eventId);
      }
    };
    return { open, last: new Set<string>(await Promise.all(Array.from({ length: CLIENTS }, (_, index) => client(index)))) };
  }

  it.each(['organization', 'key', 'model'] as const)('admit exactly a thousand of 64 clients on four servers, where the one of the %s is the least of three', async (least) => {
    const limit = (scope: string) => ({ limitNano: scope === least ? 7_006n : 8_000n });
    const ids = {
      organization: await stage.open(limit('organization')),
      key: await stage.open({ scope: 'key', keyId: 'key', period: 'day', ...limit('key') }),
      model: await stage.open({ scope: 'model', modelId: stage.modelId, period: 'total', ...limit('model') }),
    };
    const { open, last } = await drive(7n);
    expect(open).toHaveLength(1_000);
    expect(last).toEqual(new Set([ids[least]]));
    for (const id of Object.values(ids)) expect(await stage.window(id)).toEqual({ usedNano: 0n, heldNano: 7_000n });
    // Whatever does not fall under them all is let through by the others: another key, or another model.
    const other = await stage.reserve({ amountNano: 7n, keyId: 'other', modelId: newId() });
    expect(other.outcome).toBe(least === 'organization' ? 'limited' : 'open');
  });

  it('and the wallet hold together: none of what one refuses is held on the other', async () => {
    const id = await stage.open({ limitNano: 10n ** 15n });
    expect(await stage.reserve({ amountNano: 2n * 10n ** 12n })).toEqual({ outcome: 'insufficient', availableNano: 10n ** 12n });
    expect(await stage.window(id)).toEqual({ usedNano: 0n, heldNano: 0n });
    await stage.change(id, { limit_nano: '100' });
    expect(await stage.reserve({ amountNano: 101n })).toEqual({ outcome: 'limited', availableNano: 100n, budgetId: id });
    expect((await stage.ledger.balance(stage.tenantId, 'usd')).heldNano).toBe(0n);
    const { open } = await drive(1n);
    expect(open).toHaveLength(100);
  });

  it('are met exactly while usage is settled and holds are given up meanwhile', async () => {
    const id = await stage.open({ limitNano: 300n });
    let calls = 0;
    const after = async (eventId: string): Promise<void> => {
      calls += 1;
      if (calls % 3 === 0) await stage.ledger.release([eventId], calls % 2 === 0 ? 'void' : 'expired');
      else await stage.use([{ eventId, amountNano: 1n }]);
    };
    const { open, last } = await drive(1n, after);
    expect(last).toEqual(new Set([id]));
    const given = Math.floor(open.length / 3);
    // What was given up could be had again; a client that was refused while others were at it has gone home.
    expect(open.length - given).toBeLessThanOrEqual(300);
    expect(await stage.window(id)).toEqual({ usedNano: BigInt(open.length - given), heldNano: 0n });
    const { open: rest } = await drive(1n);
    expect(open.length - given + rest.length).toBe(300);
  });

  it('admit in order what still fits, and name the one that has least left', async () => {
    const wide = await stage.open({ limitNano: 100n });
    const narrow = await stage.open({ scope: 'key', keyId: 'key', limitNano: 60n });
    const asked = [{ amountNano: 50n }, { amountNano: 20n }, { amountNano: 10n }, { amountNano: 45n, keyId: 'other' }, { amountNano: 40n, keyId: 'other' }, { amountNano: 1n }];
    const answers = await Promise.all(asked.map((given) => stage.reserve(given)));
    expect(answers.map(({ outcome }) => outcome)).toEqual(['open', 'limited', 'open', 'limited', 'open', 'limited']);
    expect(answers[1]).toMatchObject({ budgetId: narrow, availableNano: 10n });
    expect(answers[3]).toMatchObject({ budgetId: wide, availableNano: 40n });
    expect(answers[5]).toMatchObject({ availableNano: 0n });
    expect(await stage.window(wide)).toEqual({ usedNano: 0n, heldNano: 100n });
  });

  it('that are soft count and never refuse', async () => {
    const id = await stage.open({ limitNano: 1n, hard: false });
    const answers = await Promise.all(Array.from({ length: 5 }, () => stage.reserve({ amountNano: 10n })));
    expect(answers.map(({ outcome }) => outcome)).toEqual(Array(5).fill('open'));
    expect(await stage.window(id)).toEqual({ usedNano: 0n, heldNano: 50n });
    await stage.change(id, { hard: true });
    expect(await stage.reserve()).toMatchObject({ outcome: 'limited', availableNano: -49n });
  });

  it('that have ended neither count nor refuse, also for calls that they hold of', async () => {
    const id = await stage.open({ limitNano: 10n });
    const kept = await stage.reserve({ amountNano: 10n });
    expect(await stage.reserve()).toMatchObject({ outcome: 'limited' });
    expect([await stage.end(id), await stage.end(id), await stage.end(newId())]).toEqual([true, false, false]);
    expect(await stage.reserve()).toMatchObject({ outcome: 'open' });
    await stage.use([{ eventId: (kept as { eventId: string }).eventId, amountNano: 10n }]);
    expect(await stage.window(id)).toEqual({ usedNano: 0n, heldNano: 0n });
    expect((await stage.change(id, { limit_nano: '20' })).outcome).toBe('missing');
  });

  it('hold nothing of calls that cost nothing, and let them through when nothing is left', async () => {
    const id = await stage.open({ limitNano: 1n });
    await stage.reserve();
    expect(await stage.reserve({ amountNano: 0n })).toMatchObject({ outcome: 'open' });
    expect(await stage.window(id)).toEqual({ usedNano: 0n, heldNano: 1n });
  });

  it('begin anew each day and month, by the time of the call and not of its settling', async () => {
    const midnight = Date.UTC(2031, 0, 1);
    const ids = { day: await stage.open({ period: 'day', limitNano: 10n }, midnight - 1), month: await stage.open({ period: 'month', limitNano: 10n }, midnight - 1) };
    const at = (ms: number, given = {}) => stage.reserve({ eventId: newId(ms), amountNano: 10n, ...given });
    const before = await at(midnight - 1);
    expect(before).toMatchObject({ outcome: 'open' });
    expect(await at(midnight - 1)).toMatchObject({ outcome: 'limited' });
    const after = newId(midnight);
    expect(await stage.reserve({ eventId: after, amountNano: 10n })).toMatchObject({ outcome: 'open' });
    expect(await at(midnight)).toMatchObject({ outcome: 'limited' });
    await stage.use([{ eventId: (before as { eventId: string }).eventId, amountNano: 9n }, { eventId: after, amountNano: 10n }]);
    expect(await stage.windows(ids.day)).toEqual([
      { startsAt: '2030-12-31T00:00:00.000Z', usedNano: 9n, heldNano: 0n },
      { startsAt: '2031-01-01T00:00:00.000Z', usedNano: 10n, heldNano: 0n },
    ]);
    expect((await stage.windows(ids.month)).map(({ startsAt, usedNano }) => [startsAt, usedNano])).toEqual([
      ['2030-12-01T00:00:00.000Z', 9n],
      ['2031-01-01T00:00:00.000Z', 10n],
    ]);
    // The next day the day is free again, and the month is not.
    expect(await at(midnight + DAY_MS)).toMatchObject({ outcome: 'limited', budgetId: ids.month });
    expect(await stage.end(ids.month)).toBe(true);
    expect(await at(midnight + DAY_MS)).toMatchObject({ outcome: 'open' });
  });

  it('of one batch may fall under windows of two days', async () => {
    const midnight = Date.UTC(2031, 4, 2);
    const id = await stage.open({ period: 'day', limitNano: 20n }, midnight);
    // The first batch makes the windows, the second finds them.
    for (let n = 0; n < 2; n++) {
      const answers = await Promise.all([midnight - 1, midnight].map((ms) => stage.reserve({ eventId: newId(ms), amountNano: 10n })));
      expect(answers.map(({ outcome }) => outcome)).toEqual(['open', 'open']);
    }
    expect((await stage.windows(id)).map(({ heldNano }) => heldNano)).toEqual([20n, 20n]);
  });

  it('begin with what was used of their window before, whoever makes its row', async () => {
    const noon = Date.UTC(2032, 5, 15, 12);
    const yesterday = noon - DAY_MS;
    const use = (ms: number, amountNano: bigint) => stage.use([{ eventId: newId(ms), amountNano }]);
    await use(yesterday, 3n);
    await use(noon, 5n);
    // An event of a server whose clock is ahead.
    await use(noon + DAY_MS, 100n);
    const id = await stage.open({ period: 'day', limitNano: 20n }, noon);
    expect(await stage.window(id)).toEqual({ usedNano: 5n, heldNano: 0n });
    // Late usage of the day before, of which there is no row yet, and a call of it.
    await use(yesterday, 4n);
    expect((await stage.windows(id))[0]).toMatchObject({ usedNano: 7n });
    expect(await stage.reserve({ eventId: newId(noon + DAY_MS), amountNano: 1n })).toMatchObject({ outcome: 'limited', availableNano: -80n });
  });

  it('count each amount once, when they are opened while calls are under way and usage is written', async () => {
    const ids: string[] = [];
    let isOver = false;
    const stages = servers.map((server) => Object.assign(new BudgetStage(server), { tenantId: stage.tenantId, modelId: stage.modelId }));
    const call = async (on: BudgetStage): Promise<void> => {
      while (!isOver) {
        const answers = await Promise.all(Array.from({ length: 8 }, () => on.reserve({ amountNano: 3n })));
        const used = answers.map((answer) => ({ eventId: (answer as { eventId: string }).eventId, amountNano: 3n }));
        await on.use([...used].sort((a, b) => (a.eventId < b.eventId ? -1 : 1)));
      }
    };
    const open = async (): Promise<void> => {
      for (let n = 0; n < 12; n++) {
        const scope = (['organization', 'key', 'model'] as const)[n % 3]!;
        const named = scope === 'key' ? { keyId: 'key' } : scope === 'model' ? { modelId: stage.modelId } : {};
        ids.push(await stages[n % 4]!.open({ scope, ...named, period: (['day', 'month', 'total'] as const)[n % 3]!, limitNano: 10n ** 12n }));
        if (n % 4 === 3) await stage.end(ids.shift()!);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      isOver = true;
    };
    await Promise.all([open(), ...stages.map(call)]);
    const { rows } = await context.database().pool.query<{ used: string }>('SELECT sum(amount_nano) AS used FROM usage_event WHERE consumer_tenant_id = $1', [stage.tenantId]);
    const usedNano = BigInt(rows[0]!.used);
    expect(usedNano).toBeGreaterThan(300n);
    for (const id of ids) expect(await stage.window(id)).toEqual({ usedNano, heldNano: 0n });
  });

  it('are not changed below what is used, nor opened, nor more than fifty', async () => {
    const id = await stage.open({ limitNano: 100n });
    await stage.use([{ eventId: newId(), amountNano: 60n }]);
    expect(await stage.change(id, { limit_nano: '59' })).toEqual({ outcome: 'below_used', used_nano: '60' });
    expect(await stage.change(id, { limit_nano: '59', hard: false })).toMatchObject({ outcome: 'done' });
    expect(await stage.change(id, { hard: true })).toEqual({ outcome: 'below_used', used_nano: '60' });
    expect(await stage.change(id, { limit_nano: '60', hard: true })).toMatchObject({ outcome: 'done' });
    await expect(stage.open({ limitNano: 59n })).rejects.toThrow('below_used');
    for (let n = 1; n < 50; n++) await stage.open({ scope: 'key', keyId: `key ${n}`, limitNano: 1n });
    await expect(stage.open({ limitNano: 100n })).rejects.toThrow('too_many');
    expect(await stage.end(id)).toBe(true);
    await stage.open({ limitNano: 100n });
  });

  it('extend a hold within what they have left', async () => {
    const id = await stage.open({ limitNano: 10n });
    const { eventId } = (await stage.reserve({ amountNano: 6n })) as { eventId: string };
    const more = (amountNano: bigint) => stage.ledger.extend(eventId, { amountNano, expiresAtMs: Date.now() + 60_000 });
    expect(await more(5n)).toEqual({ outcome: 'limited', availableNano: 4n, budgetId: id });
    expect(await more(4n)).toEqual({ outcome: 'open' });
    expect(await stage.window(id)).toEqual({ usedNano: 0n, heldNano: 10n });
  });

  it('look at few rows, however many days they have had', async () => {
    const id = await stage.open({ period: 'day', limitNano: 10n ** 9n });
    const text = `INSERT INTO ledger_window (tenant_id, kind, subject_id, starts_at) SELECT $1, 'budget', $2, date_trunc('day', now(), 'UTC') - n * INTERVAL '1 day' FROM generate_series(1, 3000) AS n`;
    await context.database().pool.query(text, [stage.tenantId, id]);
    const rowsRead = async () => {
      await context.database().pool.query('SELECT pg_stat_force_next_flush()');
      const { rows } = await context.database().pool.query<{ read: string }>(`SELECT seq_tup_read + idx_tup_fetch AS read FROM pg_stat_user_tables WHERE relname = 'ledger_window'`);
      return Number(rows[0]!.read);
    };
    const before = await rowsRead();
    // At once, call by call (one does not fit), and settled.
    const { eventId } = (await stage.reserve()) as { eventId: string };
    await Promise.all([stage.reserve(), stage.reserve({ amountNano: 10n ** 9n })]);
    await stage.use([{ eventId, amountNano: 1n }]);
    expect((await rowsRead()) - before).toBeLessThan(100);
  });
});
