import { beforeEach, expect, it } from '@jest/globals';
import { newId } from '@steelyard/kernel';
import { describeDatabase, everyTestServer } from '@steelyard/test-support';
import { CreditOrganization } from './credit-organization.js';
import { Ledger } from './ledger.js';
import { AMOUNT_NANO_MAX, type Reservation } from './reservation.js';

describeDatabase('ledger', (context) => {
  const database = () => context.database();
  let ledger: Ledger;
  let tenantId: string;

  beforeEach(() => {
    ledger = new Ledger(database());
    tenantId = newId();
  });

  const credit = (amountNano: bigint) => ledger.credit({ tenantId, amountNano, currency: 'usd', reason: 'test', transferId: newId() });
  const reservation = (given: Partial<Reservation> = {}): Reservation => ({
    eventId: newId(),
    tenantId,
    currency: 'usd',
    amountNano: 1n,
    keyId: 'key',
    modelId: tenantId,
    expiresAtMs: Date.now() + 60_000,
    ...given,
  });
  const outcomes = async (count: number, make: (index: number) => Reservation, on: Ledger = ledger) => {
    const results = await Promise.all(Array.from({ length: count }, (_, index) => on.reserve(make(index))));
    return results.map(({ outcome }) => outcome);
  };
  const balanced = async () => (await ledger.trialBalance()).every((row) => row.balanced);
  const stateOf = async (eventId: string) =>
    (await database().pool.query<{ state: string }>('SELECT state FROM ledger_hold WHERE id = $1', [eventId])).rows[0]?.state;

  it('gives 64 clients of four gateways exactly the thousand calls that were paid for', async () => {
    await credit(1_000n * 7n);
    const gateways = Array.from({ length: 4 }, () => new Ledger(database()));
    let open = 0;
    const client = async (index: number) => {
      for (;;) {
        const { outcome } = await gateways[index % gateways.length]!.reserve(reservation({ amountNano: 7n }));
        if (outcome !== 'open') return outcome;
        open += 1;
      }
    };
    const last = await Promise.all(Array.from({ length: 64 }, (_, index) => client(index)));
    expect(open).toBe(1_000);
    expect(new Set(last)).toEqual(new Set(['insufficient']));
    expect(await ledger.balance(tenantId, 'usd')).toEqual({ availableNano: 0n, heldNano: 7_000n, postedNano: 7_000n });
    expect(await balanced()).toBe(true);
  });

  it('admits in order what still fits, and says what there is to those that do not', async () => {
    await credit(100n);
    const asked = [60n, 50n, 40n, 1n];
    const results = await Promise.all(asked.map((amountNano) => ledger.reserve(reservation({ amountNano }))));
    expect(results.map(({ outcome }) => outcome)).toEqual(['open', 'insufficient', 'open', 'insufficient']);
    expect(results[1]).toEqual({ outcome: 'insufficient', availableNano: 40n });
  });

  it('keeps tenants and currencies apart within one statement', async () => {
    await credit(10n);
    const other = newId();
    await ledger.credit({ tenantId: other, amountNano: 5n, currency: 'eur', reason: 'test', transferId: newId() });
    const results = await Promise.all([
      ledger.reserve(reservation({ amountNano: 10n })),
      ledger.reserve(reservation({ amountNano: 5n, tenantId: other, currency: 'eur' })),
      ledger.reserve(reservation({ amountNano: 1n, currency: 'eur' })),
      ledger.reserve(reservation({ amountNano: 1n, tenantId: other })),
    ]);
    expect(results.map(({ outcome }) => outcome)).toEqual(['open', 'open', 'insufficient', 'insufficient']);
    expect(await balanced()).toBe(true);
  });

  it('lets free calls through without any balance', async () => {
    expect(await outcomes(3, () => reservation({ amountNano: 0n }))).toEqual(['open', 'open', 'open']);
    expect(await outcomes(1, () => reservation())).toEqual(['insufficient']);
  });

  it('answers the same reservation sent twice with the same hold', async () => {
    await credit(10n);
    const sent = reservation({ amountNano: 10n });
    const [first, copy] = await Promise.all([ledger.reserve(sent), ledger.reserve(sent)]);
    expect([first, copy, await ledger.reserve(sent)]).toEqual(Array(3).fill({ outcome: 'open', eventId: sent.eventId, free: false }));
    expect(await outcomes(1, () => ({ ...sent, amountNano: 9n }))).toEqual(['conflict']);
    expect((await ledger.balance(tenantId, 'usd')).heldNano).toBe(10n);
  });

  it('refuses one organization more than there is in the world, and nobody else for it', async () => {
    await credit(10n);
    const greedy = newId();
    expect(await outcomes(1, () => reservation({ tenantId: greedy, amountNano: 0n }))).toEqual(['open']);
    const asked = [...Array.from({ length: 20 }, () => reservation({ tenantId: greedy, amountNano: AMOUNT_NANO_MAX })), reservation({ amountNano: 10n })];
    const results = await Promise.all(asked.map((item) => ledger.reserve(item)));
    expect(results.map(({ outcome }) => outcome)).toEqual([...Array(20).fill('insufficient'), 'open']);
    expect(await balanced()).toBe(true);
  });

  it('refuses what would spoil the batch for the others', async () => {
    await expect(ledger.reserve(reservation({ eventId: 'x' }))).rejects.toMatchObject({ code: 'LEDGER.RESERVATION_INVALID' });
    await expect(ledger.reserve(reservation({ amountNano: -1n }))).rejects.toMatchObject({ code: 'LEDGER.RESERVATION_INVALID' });
    await expect(ledger.reserve(reservation({ idempotencyKey: 'a\0b' }))).rejects.toMatchObject({ code: 'LEDGER.RESERVATION_INVALID' });
  });

  it('fails with a code, and holds nothing, when the database is away', async () => {
    const away = await context.another();
    await away.database.close();
    await expect(new Ledger(away.database).reserve(reservation())).rejects.toMatchObject({ code: 'LEDGER.UNAVAILABLE', retryable: true });
  });

  it('does nothing in the name of a tenant', async () => {
    for (const call of [`ledger_release(ARRAY[]::UUID[], 'void')`, 'ledger_trial_balance()', `ledger_expire_holds(now(), '{}')`, `ledger_forget_holds(now())`]) {
      await expect(database().withTenant(tenantId, (tx) => tx.$queryRawUnsafe(`SELECT ${call}`))).rejects.toThrow(/permission denied/);
    }
    await expect(database().pool.query('UPDATE ledger_transfer SET amount_nano = 1')).rejects.toThrow(/permission denied/);
  });

  it('notices counters that are not the sum of what made them', async () => {
    const { database: spoilt } = await context.another();
    const there = new Ledger(spoilt);
    await there.credit({ tenantId, amountNano: 5n, currency: 'usd', reason: 'test', transferId: newId() });
    expect(await there.trialBalance()).toEqual([{ currency: 'usd', debitsNano: 5n, creditsNano: 5n, feesNano: 0n, balanced: true }]);
    await spoilt.pool.query('UPDATE ledger_account SET debits_posted = debits_posted + 1, credits_posted = credits_posted + 1');
    expect((await there.trialBalance())[0]!.balanced).toBe(false);
  });

  it('reads a few rows of a large table, even by plans made while it was empty', async () => {
    const { database: fresh } = await context.another();
    const there = new Ledger(fresh);
    const round = async () => {
      const sent = reservation({ amountNano: 0n, idempotencyKey: `key ${newId()}` });
      await there.reserve(sent);
      await there.release([sent.eventId], 'void');
      await there.expireHolds([]);
      await there.forgetHolds(48 * 60 * 60 * 1_000);
    };
    const rowsRead = async () => {
      await fresh.pool.query('SELECT pg_stat_force_next_flush()');
      const { rows } = await fresh.pool.query<{ read: string }>(`SELECT sum(seq_tup_read + idx_tup_fetch) AS read FROM pg_stat_user_tables WHERE relname LIKE 'ledger%'`);
      return Number(rows[0]!.read);
    };
    await round();
    for (let n = 0; n < 4; n++) await Promise.all(Array.from({ length: 500 }, () => there.reserve(reservation({ amountNano: 0n, idempotencyKey: newId() }))));
    const before = await rowsRead();
    await round();
    expect((await rowsRead()) - before).toBeLessThan(50);
  });

  it('credits an organization by its handle, once per id', async () => {
    const handle = `acme-${tenantId.slice(-12)}`;
    await database().pool.query('INSERT INTO organization (id, handle, name) VALUES ($1, $2, $2)', [tenantId, handle]);
    const useCase = new CreditOrganization(database(), ledger);
    const command = { handle, amount: '12.50', currency: 'usd', reason: 'welcome', id: newId() };
    expect(await useCase.run(command)).toBe(tenantId);
    await useCase.run({ ...command, id: command.id.toUpperCase() });
    expect((await ledger.balance(tenantId, 'usd')).availableNano).toBe(12_500_000_000n);
    const refused = async (change: object) => useCase.run({ ...command, id: newId(), ...change });
    await expect(refused({ id: command.id, amount: '13' })).rejects.toMatchObject({ code: 'LEDGER.TRANSFER_CONFLICT' });
    await expect(refused({ amount: '-1' })).rejects.toMatchObject({ code: 'LEDGER.AMOUNT_INVALID' });
    await expect(refused({ amount: 'ten' })).rejects.toMatchObject({ code: 'LEDGER.AMOUNT_INVALID' });
    await expect(refused({ amount: '99999999999' })).rejects.toMatchObject({ code: 'LEDGER.AMOUNT_INVALID' });
    await expect(refused({ currency: 'USD' })).rejects.toMatchObject({ code: 'LEDGER.CURRENCY_INVALID' });
    await expect(refused({ id: '1' })).rejects.toMatchObject({ code: 'LEDGER.TRANSFER_ID_INVALID' });
    await expect(refused({ handle: 'nobody' })).rejects.toMatchObject({ code: 'LEDGER.ORGANIZATION_NOT_FOUND' });
  });

  it('releases holds once, and only open ones', async () => {
    await credit(10n);
    const [a, b] = [reservation({ amountNano: 4n }), reservation({ amountNano: 6n })];
    await Promise.all([ledger.reserve(a), ledger.reserve(b)]);
    await ledger.release([a.eventId, newId()], 'void');
    await ledger.release([a.eventId], 'expired');
    await ledger.release([], 'void');
    expect(await stateOf(a.eventId)).toBe('void');
    expect(await ledger.balance(tenantId, 'usd')).toEqual({ availableNano: 4n, heldNano: 6n, postedNano: 10n });
  });

  it('gives up holds whose time is over, but not those at work, and forgets old ones', async () => {
    await credit(10n);
    const ids: Record<'late' | 'atWork' | 'early', string> = { late: newId(), atWork: newId(), early: newId() };
    const ends = { late: Date.now() - 5, atWork: Date.now() - 5, early: Date.now() + 60_000 };
    await Promise.all(Object.entries(ids).map(([name, eventId]) => ledger.reserve(reservation({ eventId, expiresAtMs: ends[name as keyof typeof ends] }))));
    expect(await ledger.expireHolds([ids.atWork])).toBe(1);
    expect(await Promise.all(Object.values(ids).map(stateOf))).toEqual(['expired', 'open', 'open']);
    expect(await ledger.forgetHolds(-60_000)).toBeGreaterThanOrEqual(1);
    expect(await Promise.all(Object.values(ids).map(stateOf))).toEqual([undefined, 'open', 'open']);
    expect(await balanced()).toBe(true);
  });
}, everyTestServer());
