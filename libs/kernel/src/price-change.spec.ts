import { describe, expect, it } from '@jest/globals';
import { isDearer, sameTerms } from './price-change.js';
import { plainTerms, readTerms } from './price-json.js';
import type { PriceTerms, PriceUnit } from './price.js';

const terms = (prices: Partial<Record<PriceUnit, [bigint, bigint]>>, more: Partial<PriceTerms> = {}): PriceTerms => ({
  currency: 'usd',
  components: Object.entries(prices).map(([unit, [amountNano, per]]) => ({ unit: unit as PriceUnit, amountNano, per })),
  ...more,
});
const present = terms({ input_token: [150n, 10n], output_token: [600n, 10n] }, { free: { unit: 'request', quantity: 100n } });
const free = terms({ request: [0n, 1n] });

describe('a change of price', () => {
  it.each<[string, PriceTerms, boolean]>([
    ['the same', present, false],
    ['the same by other numbers', terms({ output_token: [60n, 1n], input_token: [15n, 1n] }, { free: present.free }), false],
    ['a unit that costs less', terms({ input_token: [1n, 1n], output_token: [60n, 1n] }, { free: present.free }), false],
    ['a unit less', terms({ output_token: [60n, 1n] }, { free: present.free }), false],
    ['more free units', { ...present, free: { unit: 'request', quantity: 101n } }, false],
    ['nothing at all, in whatever currency', { ...free, currency: 'eur' }, false],
    ['a unit that costs more, while another costs less', terms({ input_token: [1n, 1n], output_token: [61n, 1n] }, { free: present.free }), true],
    ['another unit', terms({ request: [1n, 1n] }, { free: present.free }), true],
    ['fewer free units', { ...present, free: { unit: 'request', quantity: 99n } }, true],
    ['free units of another kind', { ...present, free: { unit: 'input_token', quantity: 1_000n } }, true],
    ['no free units', { ...present, free: undefined }, true],
    ['another currency', { ...present, currency: 'eur' }, true],
  ])('to %s', (_what, next, dearer) => {
    expect(isDearer(next, present)).toBe(dearer);
  });

  it('from nothing to anything is dearer, and the same both ways is none', () => {
    expect(isDearer(present, free)).toBe(true);
    expect(sameTerms(present, terms({ output_token: [60n, 1n], input_token: [15n, 1n] }, { free: present.free }))).toBe(true);
    expect(sameTerms(present, { ...present, free: undefined })).toBe(false);
  });
});

describe('terms as JSON', () => {
  it('are read as they were written', () => {
    for (const given of [present, free]) expect(readTerms(JSON.parse(JSON.stringify(plainTerms(given))) as never)).toEqual(given);
    expect(readTerms({ ...plainTerms(free), free: null })).toEqual(free);
    expect(() => readTerms({ currency: 'usd', components: [{ unit: 'vibe', amountNano: '1', per: '1' }] })).toThrow(TypeError);
  });
});
