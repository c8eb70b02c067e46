import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { AppError } from '@steelyard/kernel';
import { describeDatabase, LONG } from '@steelyard/test-support';
import fc from 'fast-check';
import { fullHistory, histories, Play } from './payment-histories.js';
import { PaymentWorld } from './payment-world.js';

const RUNS = LONG ? 60 : 20;
const TIME_MS_MAX = LONG ? 150_000 : 12_000;

/**
 * I13 and I14: whatever is paid, refunded, disputed, paid out and taken back, whatever goes wrong at Stripe meanwhile, and in whatever order, how often or
 * never its webhooks come: in the end the ledger says of every wallet, every provider and the clearing account what Stripe says.
 */
describeDatabase('money at Stripe and in the ledger', (context) => {
  let world: PaymentWorld;
  beforeAll(async () => {
    world = await PaymentWorld.open(context.database());
  });
  afterAll(() => world.shop.close());

  it('is the same after any history', async () => {
    const ran = new Map<string, number>();
    const until = performance.now() + TIME_MS_MAX;
    await fc.assert(
      fc.asyncProperty(histories, async (acts) => {
        // A busy machine does fewer; the first is always done. A limit of fast-check's own would leave the last one going on behind the next test's back.
        if (performance.now() > until) return;
        const play = await Play.begin(world);
        for (const act of acts) await play.act(act).catch(passExpected);
        await play.end();
        for (const [what, count] of play.counts()) ran.set(what, (ran.get(what) ?? 0) + count);
        expect(await play.problems()).toEqual([]);
      }),
      { numRuns: RUNS, endOnFailure: true, examples: [[fullHistory]] },
    );
    process.stderr.write(`payments: histories with ${[...ran].map(([what, count]) => `${count} ${what}`).join(', ')}\n`);
    for (const what of ['payment_intent', 'refund', 'dispute', 'transfer', 'transfer_reversal', 'webhooks sent', 'webhooks dropped']) expect(ran.get(what) ?? 0).toBeGreaterThan(0);
  }, 240_000);

  it('leaves nothing for reconciliation to find', async () => {
    const days = await world.reconcile();
    expect(days.flatMap(({ differences }) => differences)).toEqual([]);
    expect(days.reduce((sum, { compared }) => sum + compared, 0)).toBeGreaterThan(3);
    expect(await world.isBalanced()).toBe(true);
  }, 120_000);
});

/** What the product refuses is refused: nothing to refund, too little in the wallet. */
function passExpected(error: unknown): void {
  if (!(error instanceof AppError && error.code.startsWith('PAYMENTS.'))) throw error;
}
