import { describe, expect, it } from '@jest/globals';
import type { PastUse } from '@steelyard/domain-metering';
import { rateTerms, type PriceComponent, type PriceTerms, type Quantities } from '@steelyard/kernel';
import fc from 'fast-check';
import { differenceOf, PriceReplay } from './price-replay.js';

const NOON = Date.parse('2026-11-10T12:00:00Z');
const DAY_MS = 86_400_000;

const perRequest: PriceTerms = { currency: 'usd', components: [{ unit: 'request', amountNano: 3n, per: 1n }] };
const perToken: PriceTerms = { currency: 'usd', components: [{ unit: 'output_token', amountNano: 1n, per: 2n }] };

const use = (quantities: Quantities, more: Partial<PastUse> = {}): PastUse => ({
  at: new Date(NOON), calls: 1, consumerTenantId: 'c-1', providerTenantId: 'p', versionId: 'v-1', quantities: { request: 1n, ...quantities }, amountNano: 10n, currency: 'usd', ...more,
});

function replayed(terms: PriceTerms, uses: readonly PastUse[], before: readonly PastUse[] = []) {
  const replay = new PriceReplay(terms);
  for (const one of before) replay.warmUp(one);
  for (const one of uses) replay.add(one);
  return replay.outcome;
}

describe('a replay', () => {
  it('rates every call by itself, halves to even', () => {
    const outcome = replayed(perToken, [use({ output_token: 1n }), use({ output_token: 3n }), use({ output_token: 5n })]);
    expect(outcome).toMatchObject({ calls: 3, wouldPayNano: 0n + 2n + 2n });
    expect(outcome.paid).toEqual(new Map([['usd', 30n]]));
    expect(differenceOf(outcome, 'usd')).toBe(-26n);
  });

  it('comes to what was paid when the terms are those that were paid by', () => {
    const component = fc.record({ unit: fc.constantFrom('request' as const, 'output_token' as const, 'compute_second' as const), amountNano: fc.bigInt(0n, 10n ** 9n), per: fc.bigInt(1n, 10n ** 6n) });
    const components = fc.uniqueArray<PriceComponent, string>(component, { minLength: 1, selector: ({ unit }) => unit });
    const calls = fc.array(fc.record({ output_token: fc.bigInt(0n, 10n ** 6n), compute_second: fc.bigInt(0n, 10n ** 9n), minute: fc.nat(100_000) }));
    fc.assert(
      fc.property(components, calls, (of, given) => {
        const terms = { currency: 'usd', components: of };
        const uses = given.map(({ minute, ...quantities }) => {
          const counted = { request: 1n, ...quantities };
          return use(counted, { at: new Date(NOON + minute * 60_000), amountNano: rateTerms(counted, terms).amountNano });
        });
        const { days, months, ...whole } = replayed(terms, uses);
        expect(differenceOf(whole, 'usd')).toBe(0n);
        for (const parts of [days, months]) expect(parts.reduce((sum, { wouldPayNano }) => sum + wouldPayNano, 0n)).toBe(whole.wouldPayNano);
      }),
    );
  });

  it('says what calls have not counted, and leaves them out of both sums', () => {
    const both: PriceTerms = { ...perToken, components: [...perToken.components, { unit: 'image', amountNano: 1n, per: 1n }] };
    const outcome = replayed(both, [use({ output_token: 4n, image: 1n }), use({ output_token: 4n }, { currency: 'eur' }), use({}, { versionId: 'v-2', calls: 5 })]);
    expect(outcome).toMatchObject({ calls: 1, wouldPayNano: 3n, unknown: { calls: 6, paid: new Map([['eur', 10n], ['usd', 10n]]) } });
    expect(outcome.unknown.units.map(({ versionId, unit, calls }) => [versionId, unit, calls])).toEqual([['v-2', 'output_token', 5], ['v-2', 'image', 5], ['v-1', 'image', 1]]);
  });

  it('needs no count of what costs nothing', () => {
    expect(replayed({ currency: 'usd', components: [{ unit: 'output_token', amountNano: 0n, per: 1n }] }, [use({})])).toMatchObject({ calls: 1, wouldPayNano: 0n, unknown: { calls: 0 } });
  });

  it('tells no difference between currencies', () => {
    const outcome = replayed({ ...perRequest, currency: 'eur' }, [use({})]);
    expect(outcome.wouldPayNano).toBe(3n);
    expect(differenceOf(outcome, 'eur')).toBeUndefined();
    expect(differenceOf(replayed({ ...perRequest, currency: 'eur' }, [use({}, { amountNano: 0n })]), 'eur')).toBe(3n);
  });
});

describe('free units', () => {
  const terms: PriceTerms = { ...perRequest, free: { unit: 'request', quantity: 2n } };

  it('are those of each consumer and calendar month', () => {
    const december = { at: new Date(NOON + 25 * DAY_MS) };
    const outcome = replayed(terms, [use({}), use({}), use({}), use({}, { consumerTenantId: 'c-2' }), use({}, december), use({}, december), use({}, december)]);
    expect(outcome).toMatchObject({ calls: 7, freeCalls: 5, wouldPayNano: 6n });
    expect(outcome.months.map(({ start, calls, wouldPayNano }) => [start.toISOString().slice(0, 7), calls, wouldPayNano])).toEqual([['2026-11', 4, 3n], ['2026-12', 3, 3n]]);
  });

  it('were taken by what came before in the month', () => {
    expect(replayed(terms, [use({}), use({})], [use({})])).toMatchObject({ calls: 2, freeCalls: 1, wouldPayNano: 3n });
  });

  it('cover a call whole or not at all, and a smaller one after it', () => {
    const byToken: PriceTerms = { ...perToken, free: { unit: 'output_token', quantity: 10n } };
    const outcome = replayed(byToken, [use({ output_token: 6n }), use({ output_token: 8n }), use({ output_token: 4n }), use({ output_token: 0n }), use({ output_token: 2n })]);
    expect(outcome).toMatchObject({ freeCalls: 2, wouldPayNano: 4n + 0n + 1n });
  });

  it('take one for a call that used none of them', () => {
    const terms: PriceTerms = { currency: 'usd', components: [...perRequest.components, ...perToken.components], free: { unit: 'output_token', quantity: 3n } };
    expect(replayed(terms, Array.from({ length: 4 }, () => use({ output_token: 0n })))).toMatchObject({ freeCalls: 3, wouldPayNano: 3n });
    expect(replayed(terms, [use({ request: 6n, output_token: 0n }, { calls: 6 })])).toMatchObject({ freeCalls: 3, wouldPayNano: 9n });
  });

  it('cover their part of calls that were added up', () => {
    expect(replayed(terms, [use({ request: 8n }, { calls: 8 }), use({ request: 8n }, { calls: 8 })])).toMatchObject({ calls: 16, freeCalls: 2, wouldPayNano: 42n });
  });
});
