import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from '@jest/globals';
import { rateTerms, type PriceTerms, type Quantities } from '@steelyard/kernel';
import fc from 'fast-check';
import { firstSlice, measureAfter } from '../units/quantities.js';
import { GrowingHold } from './growing-hold.js';

const terms: PriceTerms = {
  currency: 'usd',
  components: [{ unit: 'request', amountNano: 100n, per: 1n }, { unit: 'output_token', amountNano: 7n, per: 3n }, { unit: 'compute_second', amountNano: 1_000n, per: 1n }],
};
const costOf = (quantities: Quantities) => rateTerms(quantities, terms).amountNano;
const usedBy = (outputTokens: number, computeMs: number, most: Quantities) => measureAfter(most, { computeMs, tokens: () => ({ inputTokens: 0, outputTokens }) });

/** A hold on a wallet that has so much, which counts what is held and how often it was asked. */
function holdOn(availableNano: bigint, most: Quantities) {
  const first = firstSlice(most);
  const wallet = { availableNano, heldNano: costOf(first), asked: 0, atOnce: 0 };
  const extend = async (amountNano: bigint) => {
    wallet.asked += 1;
    wallet.atOnce += 1;
    expect(wallet.atOnce).toBe(1);
    await turn();
    wallet.atOnce -= 1;
    if (amountNano > wallet.availableNano) return { outcome: 'insufficient', availableNano: wallet.availableNano } as const;
    wallet.availableNano -= amountNano;
    wallet.heldNano += amountNano;
    return { outcome: 'open' } as const;
  };
  return { wallet, hold: new GrowingHold({ terms, first, most, extend }) };
}

it('holds exactly what it covers, covers what it lets through, and never more than the worst case', async () => {
  const steps = fc.array(fc.record({ tokens: fc.nat({ max: 60 }), ms: fc.nat({ max: 900 }) }), { maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(fc.bigInt({ min: 0n, max: 40_000n }), fc.bigInt({ min: 1n, max: 3_000n }), steps, async (availableNano, maxTokens, runs) => {
      const most = { request: 1n, output_token: maxTokens, compute_second: 30_000_000n };
      const { wallet, hold } = holdOn(availableNano, most);
      let [tokens, ms] = [0, 0];
      for (const run of runs) {
        [tokens, ms] = [tokens + run.tokens, ms + run.ms];
        const used = usedBy(tokens, ms, most);
        const isCovered = await hold.cover(used);
        for (const unit of ['output_token', 'compute_second'] as const) {
          if (isCovered) expect(used[unit]!).toBeLessThanOrEqual(hold.covered[unit]!);
          expect(hold.covered[unit]!).toBeLessThanOrEqual(most[unit]);
        }
        if (!isCovered) expect(hold.refusal).toMatchObject({ outcome: 'insufficient' });
        while (wallet.atOnce > 0) await turn();
        await turn();
        expect(costOf(hold.covered)).toBe(wallet.heldNano);
        if (!isCovered) break;
      }
    }),
    { numRuns: 150 },
  );
});

it('asks seldom, and in time: nobody waits where the ledger is as quick as the model', async () => {
  const most = { request: 1n, output_token: 30_000n, compute_second: 2_000_000n };
  const { wallet, hold } = holdOn(1_000_000n, most);
  for (let tokens = 1; tokens <= 3_000; tokens += 1) {
    expect(hold.cover(usedBy(tokens, 0, most))).toBe(true);
    if (wallet.atOnce > 0) await turn();
    await turn();
    expect(Number(hold.covered.output_token)).toBeLessThanOrEqual(Math.max(tokens * 4, 64, tokens + 1_536));
  }
  expect(wallet.asked).toBeLessThan(16);
});

it('that failed to grow says so to whoever needs more, and tries again', async () => {
  const most = { output_token: 200n };
  let fails = true;
  const extend = async () => (fails ? Promise.reject(new TypeError('away')) : ({ outcome: 'open' } as const));
  const hold = new GrowingHold({ terms, first: firstSlice(most), most, extend });
  expect(hold.cover({ output_token: 40n })).toBe(true);
  await turn();
  await expect(hold.cover({ output_token: 65n })).rejects.toThrow('away');
  fails = false;
  expect(await hold.cover({ output_token: 65n })).toBe(true);
});
