import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Ledger } from '@steelyard/domain-ledger';
import { newId } from '@steelyard/kernel';
import { describeDatabase, everyTestServer } from '@steelyard/test-support';
import { Gateways } from '../testing/gateways.fixture.js';

// A hold that expired and was taken up again: several tries have one id (ADR 31).
describeDatabase('several tries of one call', (context) => {
  const database = () => context.database();
  const gateways = new Gateways(database);
  const { start, crash, intentOf, done, failure, credit, reserve, usageOf, holdOf, balanced } = gateways;
  let dir: string;
  let ledger: Ledger;
  let consumer: string;

  beforeEach(() => {
    ({ dir, ledger, consumer } = gateways.begin());
  });
  afterEach(() => gateways.end());

  /** A hold that a try before has failed with, and that the next one takes up under the same id (ADR 31). */
  async function reopened(): Promise<string> {
    const eventId = await reserve(100n);
    await database().pool.query('UPDATE ledger_hold SET reopened = true WHERE id = $1', [eventId]);
    return eventId;
  }

  it('charges what a retry answered, though the failure before it is not written yet', async () => {
    const { metering, journal } = await start();
    await credit(1_000n);
    const eventId = await reopened();
    const closing = await database().pool.connect();
    try {
      // As whoever closes a month does: writing waits.
      await closing.query('SELECT pg_advisory_lock(72707373)');
      metering.intent(intentOf(eventId));
      metering.failed(failure({ eventId }));
      const writing = metering.flush();
      const before = journal.end;
      metering.intent(intentOf(eventId));
      await metering.succeeded(done({ eventId }));
      const later = await reserve(100n);
      metering.intent(intentOf(later));
      await closing.query('SELECT pg_advisory_unlock(72707373)');
      await writing;
      await metering.flush();
      expect(await usageOf(eventId)).toMatchObject([{ status: 'succeeded', amount_nano: '100' }]);
      expect(await holdOf(eventId)).toBe('settled');
      expect([metering.openCount, metering.pendingCount, before.offset > 0]).toEqual([1, 0, true]);
      metering.failed(failure({ eventId: later }));
      await metering.flush();
      expect(metering.openCount).toBe(0);
    } finally {
      closing.release();
    }
  });

  it('keeps a try open that began while the failure before it was written', async () => {
    const { metering } = await start();
    await credit(1_000n);
    const eventId = await reopened();
    metering.intent(intentOf(eventId));
    metering.failed(failure({ eventId }));
    metering.intent(intentOf(eventId));
    await metering.flush();
    expect([metering.openCount, metering.pendingCount]).toEqual([1, 0]);
    metering.failed(failure({ eventId }));
    await metering.flush();
    expect([metering.openCount, await usageOf(eventId)]).toEqual([0, []]);
  });

  it('charges after a crash what a retry answered, though the failure before it is in the same log', async () => {
    const first = await start();
    await credit(1_000n);
    const eventId = await reopened();
    // Nothing of it reaches the database before the crash.
    const closing = await database().pool.connect();
    await closing.query('SELECT pg_advisory_lock(72707373)');
    first.metering.intent(intentOf(eventId));
    first.metering.failed(failure({ eventId }));
    first.metering.intent(intentOf(eventId));
    await first.metering.succeeded(done({ eventId }));
    await crash(first);
    await closing.query('SELECT pg_advisory_unlock(72707373)');
    closing.release();
    await start();
    expect(await usageOf(eventId)).toMatchObject([{ status: 'succeeded', amount_nano: '100' }]);
  });

  describe('with a call that two gateways know, because its hold was taken up again', () => {
    const reserveByKey = () => ledger.reserve({ eventId: newId(), tenantId: consumer, currency: 'usd', amountNano: 100n, keyId: 'key', modelId: consumer, idempotencyKey: 'k', expiresAtMs: Date.now() + 60_000 });

    /** A first gateway crashes after the call has begun, or was answered; its hold expires and is taken up again. Gives the call's id. */
    async function takenUp(wasAnswered: boolean): Promise<string> {
      await credit(1_000n);
      const first = await start({ flushIntervalMs: 60_000 });
      const { eventId } = (await reserveByKey()) as { eventId: string };
      first.metering.intent(intentOf(eventId));
      if (wasAnswered) await first.metering.succeeded(done({ eventId }));
      await crash(first);
      await ledger.release([eventId], 'expired');
      expect(await reserveByKey()).toEqual({ outcome: 'open', eventId, free: false });
      return eventId;
    }

    it('charges what the first has answered, though the second failed and was sooner', async () => {
      const eventId = await takenUp(true);
      const second = await start({}, database(), join(dir, 'second'));
      second.metering.intent(intentOf(eventId));
      second.metering.failed(failure({ eventId }));
      await ledger.release([eventId], 'expired');
      await second.metering.flush();
      expect(await usageOf(eventId)).toEqual([]);
      expect((await start()).report).toMatchObject({ charged: 1 });
      expect(await usageOf(eventId)).toMatchObject([{ status: 'succeeded', amount_nano: '100' }]);
      expect(await holdOf(eventId)).toBe('settled');
      expect(await ledger.balance(consumer, 'usd')).toEqual({ availableNano: 900n, heldNano: 0n, postedNano: 900n });
      expect(await balanced()).toBe(true);
    });

    it('leaves the second at work, and its key with it, when the first comes back and has not answered', async () => {
      const eventId = await takenUp(false);
      const second = await start({}, database(), join(dir, 'second'));
      second.metering.intent(intentOf(eventId));
      expect((await start()).report).toMatchObject({ abandoned: 1 });
      // As a first try does that was slow, and failed.
      await ledger.release([eventId], 'void');
      expect(await holdOf(eventId)).toBe('open');
      expect(await reserveByKey()).toMatchObject({ outcome: 'replay', eventId });
      await second.metering.succeeded(done({ eventId }));
      await second.metering.flush();
      expect(await ledger.balance(consumer, 'usd')).toEqual({ availableNano: 900n, heldNano: 0n, postedNano: 900n });
      expect(await balanced()).toBe(true);
    });
  });
}, everyTestServer());
