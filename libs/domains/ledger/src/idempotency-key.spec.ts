import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { beforeEach, expect, it } from '@jest/globals';
import { newId } from '@steelyard/kernel';
import { describeDatabase } from '@steelyard/test-support';
import { Ledger } from './ledger.js';
import type { Reservation, ReserveOutcome } from './reservation.js';

const DAY_MS = 24 * 60 * 60 * 1_000;
/** After which PostgreSQL looks whether transactions wait for each other. */
const DEADLOCK_MS = 1_000;

describeDatabase('idempotency keys', (context) => {
  const database = () => context.database();
  let ledger: Ledger;
  let tenantId: string;

  beforeEach(() => {
    ledger = new Ledger(database());
    tenantId = newId();
  });

  const credit = (amountNano: bigint) => ledger.credit({ tenantId, amountNano, currency: 'usd', reason: 'test', transferId: newId() });
  const key = 'order-17';
  const hash = randomBytes(32);
  const keyed = (given: Partial<Reservation> = {}): Reservation => ({
    eventId: newId(),
    tenantId,
    currency: 'usd',
    amountNano: 4n,
    keyId: 'key',
    modelId: tenantId,
    idempotencyKey: key,
    requestHash: hash,
    expiresAtMs: Date.now() + 60_000,
    ...given,
  });
  const replayOf = (eventId: string, state: string): ReserveOutcome => ({ outcome: 'replay', eventId, state: state as 'open', free: false });

  it('leads a repeated idempotency key to the first call, and another request to a conflict', async () => {
    await credit(10n);
    const first = keyed();
    expect(await ledger.reserve(first)).toEqual({ outcome: 'open', eventId: first.eventId, free: false });
    expect(await ledger.reserve(keyed())).toEqual(replayOf(first.eventId, 'open'));
    expect(await ledger.reserve(keyed({ requestHash: randomBytes(32) }))).toEqual({ outcome: 'conflict' });
    expect(await ledger.reserve(keyed({ tenantId: newId(), amountNano: 0n }))).toMatchObject({ outcome: 'open' });
    expect((await ledger.balance(tenantId, 'usd')).heldNano).toBe(4n);
  });

  it('does so within one statement, and between gateways that ask at once', async () => {
    await credit(1_000n);
    const sent = Array.from({ length: 40 }, () => keyed());
    const gateways = Array.from({ length: 4 }, () => new Ledger(database()));
    const results = await Promise.all(sent.map((item, index) => gateways[index % 4]!.reserve(item)));
    const winner = results.find(({ outcome }) => outcome === 'open') as { eventId: string };
    expect(results.filter(({ outcome }) => outcome === 'open')).toHaveLength(1);
    expect(results.filter(({ outcome }) => outcome === 'replay')).toEqual(Array(39).fill(replayOf(winner.eventId, 'open')));
  });

  it('leaves the key to the next when the first could not pay or has failed', async () => {
    const poor = await Promise.all([ledger.reserve(keyed()), ledger.reserve(keyed({ amountNano: 0n }))]);
    expect(poor.map(({ outcome }) => outcome)).toEqual(['insufficient', 'open']);
    await credit(10n);
    const failed = (poor[1] as { eventId: string }).eventId;
    await ledger.release([failed], 'void');
    const retry = keyed({ requestHash: randomBytes(32) });
    expect(await ledger.reserve(retry)).toEqual({ outcome: 'open', eventId: retry.eventId, free: false });
    expect(await ledger.reserve(keyed())).toEqual({ outcome: 'conflict' });
  });

  it('takes up an expired call again under its first id, so that it can be charged only once', async () => {
    await credit(10n);
    const first = keyed();
    await ledger.reserve(first);
    await ledger.release([first.eventId], 'expired');
    expect(await ledger.reserve(keyed({ requestHash: randomBytes(32) }))).toEqual({ outcome: 'conflict' });
    expect(await ledger.reserve(keyed({ amountNano: 11n }))).toEqual({ outcome: 'insufficient', availableNano: 10n });
    expect(await ledger.reserve(keyed({ amountNano: 5n }))).toEqual({ outcome: 'open', eventId: first.eventId, free: false });
    expect(await ledger.reserve(keyed())).toEqual(replayOf(first.eventId, 'open'));
    expect((await ledger.balance(tenantId, 'usd')).heldNano).toBe(5n);
    expect((await ledger.trialBalance()).every((row) => row.balanced)).toBe(true);
  });

  it('says what a repeated key leads to while its first call is being settled, and has nobody wait for that', async () => {
    await credit(100n);
    const first = keyed();
    await ledger.reserve(first);
    const settling = await database().pool.connect();
    try {
      // As far as a flush is before it locks wallets.
      await settling.query('BEGIN');
      await settling.query(`UPDATE ledger_hold SET state = 'settled' WHERE id = $1`, [first.eventId]);
      const other = keyed({ idempotencyKey: undefined, requestHash: undefined });
      const asked = Promise.all([ledger.reserve(keyed()), ledger.reserve(other)]);
      expect(await Promise.race([asked, pause(DEADLOCK_MS / 2, 'waits')])).toEqual([replayOf(first.eventId, 'open'), { outcome: 'open', eventId: other.eventId, free: false }]);
    } finally {
      await settling.query('ROLLBACK');
      settling.release();
    }
  });

  it('gives the key of a call that was taken up again to no other call, since the first try may still be written', async () => {
    await credit(10n);
    const first = keyed();
    await ledger.reserve(first);
    await ledger.release([first.eventId], 'expired');
    await ledger.reserve(keyed());
    // By the first try, which was slow: the retry goes on.
    await ledger.release([first.eventId], 'void');
    expect(await ledger.balance(tenantId, 'usd')).toMatchObject({ heldNano: 4n });
    await ledger.release([first.eventId], 'expired');
    expect(await ledger.balance(tenantId, 'usd')).toMatchObject({ heldNano: 0n });
    expect(await ledger.reserve(keyed())).toEqual({ outcome: 'open', eventId: first.eventId, free: false });
  });

  it('counts a key for 24 hours', async () => {
    await credit(10n);
    const first = keyed();
    await ledger.reserve(first);
    await database().pool.query('UPDATE ledger_hold SET created_at = $2 WHERE id = $1', [first.eventId, new Date(Date.now() - DAY_MS + 60_000)]);
    expect(await ledger.reserve(keyed())).toEqual(replayOf(first.eventId, 'open'));
    await database().pool.query('UPDATE ledger_hold SET created_at = $2 WHERE id = $1', [first.eventId, new Date(Date.now() - DAY_MS - 60_000)]);
    const later = keyed();
    expect(await ledger.reserve(later)).toEqual({ outcome: 'open', eventId: later.eventId, free: false });
    expect(await ledger.reserve(keyed())).toEqual(replayOf(later.eventId, 'open'));
  });
});
