import { expect, it } from '@jest/globals';
import type { Reservation } from '@steelyard/domain-ledger';
import { bytesArray, plainArray, textArray, type Database, type Pool } from '@steelyard/platform-database';
import { withClient } from '@steelyard/platform-database/embedded';
import { newId } from '@steelyard/kernel';
import { describeDatabase } from '@steelyard/test-support';
import fc from 'fast-check';
import { BudgetStage, UNTRUE_WINDOWS } from './budget-stage.js';

const small = (max: number) => fc.integer({ min: 0, max });
const scopes = ['organization', 'key', 'model'] as const;

const budgets = fc.array(fc.record({ scope: small(2), subject: small(1), period: small(2), limit: small(120), hard: fc.boolean() }), { maxLength: 5 });
const call = fc.record({ amount: small(30), key: small(1), model: small(1), day: small(1) });
const batches = fc.array(fc.array(call, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 6 });

const MIDNIGHT = Date.UTC(2033, 2, 1);

/** As the ledger asks where not everything fits: each call by itself. */
async function oneByOne(pool: Pool, batch: readonly Reservation[]): Promise<string[]> {
  const plain = (pick: (item: Reservation) => string | bigint) => plainArray(batch.map(pick));
  const none = textArray(batch.map(() => undefined));
  const values = [plain((r) => r.eventId), plain((r) => r.tenantId), plain((r) => r.currency), plain((r) => r.amountNano), none, bytesArray(batch.map(() => undefined))];
  const more = [plain((r) => new Date(r.expiresAtMs).toISOString()), new Date().toISOString(), plain((r) => r.keyId), plain((r) => r.modelId), none, none, none];
  const text = 'SELECT outcome FROM ledger_reserve($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ORDER BY ord';
  return (await pool.query<{ outcome: string }>(text, [...values, ...more])).rows.map(({ outcome }) => outcome);
}

/** Runs any batches of any budgets on twins: at once on the first, call by call on the second. Counts the batches that were admitted whole. */
function twinsAgree(database: Database, counted: { together: number }): fc.IAsyncProperty<unknown> {
  return fc.asyncProperty(budgets, batches, small(300), async (drafts, given, credit) => {
    const twins = [new BudgetStage(database), new BudgetStage(database)] as const;
    const models = [newId(), newId()];
    const ids: string[][] = [];
    for (const twin of twins) {
      await twin.credit(BigInt(credit) + 1n);
      const opened: string[] = [];
      for (const { scope, subject, period, limit, hard } of drafts) {
        const named = { organization: {}, key: { keyId: `key ${subject}` }, model: { modelId: models[subject]! } }[scopes[scope]!];
        opened.push(await twin.open({ scope: scopes[scope]!, ...named, period: (['day', 'month', 'total'] as const)[period]!, limitNano: BigInt(limit), hard }, MIDNIGHT));
      }
      ids.push(opened);
    }
    for (const batch of given) {
      const reservations = (twin: BudgetStage) =>
        batch.map(({ amount, key, model, day }) => twin.reservation({ eventId: newId(MIDNIGHT - day), amountNano: BigInt(amount), keyId: `key ${key}`, modelId: models[model]! }));
      const atOnce = await Promise.all(reservations(twins[0]).map((reservation) => twins[0].ledger.reserve(reservation)));
      const outcomes = atOnce.map(({ outcome }) => outcome);
      expect(outcomes).toEqual(await oneByOne(database.pool, reservations(twins[1])));
      if (outcomes.every((outcome) => outcome === 'open')) counted.together += 1;
    }
    // A window that no call has held of need not have a row.
    const held = async (twin: BudgetStage, of: string[]) => Promise.all(of.map(async (id) => (await twin.windows(id)).filter(({ heldNano }) => heldNano > 0n)));
    expect(await held(twins[0], ids[0]!)).toEqual(await held(twins[1], ids[1]!));
    const balances = await Promise.all(twins.map((twin) => twin.ledger.balance(twin.tenantId, 'usd')));
    expect(balances[0]).toEqual(balances[1]);
  });
}

describeDatabase('budgets at once', (context) => {
  it('mean what they mean call by call, of any budgets and batches', async () => {
    const counted = { together: 0 };
    // Of 60 runs chance makes 45 to 80 batches that are admitted whole, of as many as these always enough.
    await fc.assert(twinsAgree(context.database(), counted), { numRuns: 100 });
    expect(counted.together).toBeGreaterThan(50);
    expect((await context.database().pool.query(UNTRUE_WINDOWS)).rows).toEqual([]);
  }, 60_000);

  it.each([
    ['what is held', 'b.limit_nano - x.used - x.held', 'b.limit_nano - x.used'],
    ['that some are hard', 'NOT part.hard OR', 'true OR'],
    ['whose calls they are for', `b.key_id = kin.key_id`, 'true'],
    ['to hold of them', 'SET held = x.held + share.amount', 'SET held = x.held'],
  ])('would not, if they forgot %s', async (_what, from, to) => {
    const { url, database } = await context.another();
    await withClient(url, async (owner) => {
      const { rows } = await owner.query<{ source: string }>(`SELECT pg_get_functiondef('ledger_reserve_in_budgets'::regproc) AS source`);
      expect(rows[0]!.source).toContain(from);
      await owner.query(rows[0]!.source.replace(from, to));
    });
    const { failed } = await fc.check(twinsAgree(database, { together: 0 }), { numRuns: 60, endOnFailure: true });
    expect(failed).toBe(true);
  });
});
