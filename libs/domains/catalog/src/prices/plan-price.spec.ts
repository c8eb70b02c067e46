import { describe, expect, it } from '@jest/globals';
import type { PriceTerms } from '@steelyard/kernel';
import fc from 'fast-check';
import type { VersionPrice } from '../versions/version.js';
import { planPrice, type PlannedPrice } from './plan-price.js';
import { priceAt } from './price-at.js';

const HOUR = 3_600_000;
const NOTICE = 100 * HOUR;
/** Not on the hour. */
const NOW = 1_000 * HOUR + 60_000;
const BOUND = 1_101 * HOUR;

const terms = (amount: number): PriceTerms => ({ currency: 'usd', components: [{ unit: 'request', amountNano: BigInt(amount), per: 1n }] });
const promise = (...rows: [effectiveAtMs: number, amount: number][]): VersionPrice[] => rows.map(([effectiveAtMs, amount], index) => ({ id: `${index}`, effectiveAtMs, ...terms(amount) }));
const plan = (promised: VersionPrice[], amount: number, more: Partial<PlannedPrice> = {}) => planPrice(promised, { terms: terms(amount), nowMs: NOW, noticeMs: NOTICE, ...more });

describe('a price', () => {
  it('that is no dearer counts at once, one that is on the hour after the notice', () => {
    expect(plan(promise([0, 10]), 9)).toMatchObject({ fromMs: NOW, rowsMs: [NOW] });
    expect(plan(promise([0, 10]), 11)).toMatchObject({ fromMs: BOUND, rowsMs: [BOUND] });
    expect(plan(promise([0, 10]), 11, { noticeMs: 0 })).toMatchObject({ fromMs: NOW, rowsMs: [NOW] });
  });

  it('counts when it is said to, but for one that is dearer too soon', () => {
    expect(plan(promise([0, 10]), 9, { fromMs: NOW + 5 })).toMatchObject({ fromMs: NOW + 5, rowsMs: [NOW + 5] });
    expect(plan(promise([0, 10]), 11, { fromMs: NOW + NOTICE })).toMatchObject({ fromMs: NOW + NOTICE });
    expect(plan(promise([0, 10]), 11, { fromMs: NOW + NOTICE - 1 })).toEqual({ earliestMs: BOUND });
  });

  it('that the version has already changes nothing', () => {
    expect(plan(promise([0, 10]), 10)).toEqual({ fromMs: NOW, rowsMs: [], withdrawn: [] });
    expect(plan(promise([0, 10], [NOW + HOUR, 20]), 20, { fromMs: NOW + 2 * HOUR })).toMatchObject({ rowsMs: [] });
  });

  it('takes back what was announced for later', () => {
    const [present, dearer] = promise([0, 10], [NOW + HOUR, 20]);
    expect(plan([present!, dearer!], 10)).toEqual({ fromMs: NOW, rowsMs: [NOW + HOUR], withdrawn: [dearer] });
    expect(plan([present!, dearer!], 5)).toEqual({ fromMs: NOW, rowsMs: [NOW, NOW + HOUR], withdrawn: [dearer] });
    expect(plan(promise([0, 10], [NOW + HOUR, 10]), 5)).toEqual({ fromMs: NOW, rowsMs: [NOW, NOW + HOUR], withdrawn: [] });
  });

  it('that is dearer than now, but not than what is announced, counts from then on', () => {
    const [present, dearer] = promise([0, 10], [NOW + HOUR, 20]);
    expect(plan([present!, dearer!], 15)).toEqual({ fromMs: NOW + HOUR, rowsMs: [NOW + HOUR], withdrawn: [dearer] });
    expect(plan([present!, dearer!], 15, { fromMs: NOW })).toEqual({ earliestMs: NOW + HOUR });
  });

  it('may not take back a cheaper one that consumers count on', () => {
    const [present, cheaper] = promise([0, 10], [NOW + HOUR, 5]);
    expect(plan([present!, cheaper!], 8)).toMatchObject({ fromMs: BOUND, withdrawn: [] });
    expect(plan([present!, cheaper!], 8, { fromMs: NOW })).toEqual({ earliestMs: BOUND });
  });

  it('never makes a moment that is nearer than the notice dearer than was promised, and counts from its own moment on', () => {
    const moment = fc.integer({ min: 1, max: 150 }).map((hours) => NOW + hours * HOUR);
    const announced = fc.uniqueArray(fc.tuple(moment, fc.integer({ min: 1, max: 5 })), { maxLength: 4, selector: ([at]) => at });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), announced, fc.integer({ min: 1, max: 5 }), fc.option(moment, { nil: undefined }), (first, later, amount, fromMs) => {
        const promised = promise([0, first], ...later.sort(([a], [b]) => a - b));
        const planned = plan(promised, amount, { fromMs });
        if ('earliestMs' in planned) return expect(plan(promised, amount, { fromMs: planned.earliestMs })).toHaveProperty('rowsMs');
        const after = [...promised.filter(({ effectiveAtMs }) => !planned.rowsMs.includes(effectiveAtMs)), ...promise(...planned.rowsMs.map((at): [number, number] => [at, amount]))].sort(
          (a, b) => a.effectiveAtMs - b.effectiveAtMs,
        );
        const amountOf = (rows: VersionPrice[], atMs: number) => priceAt({ price: rows[0]!, announced: rows.slice(1) }, atMs).components[0]!.amountNano;
        const moments = Array.from({ length: 320 }, (_, half) => NOW + (half * HOUR) / 2);
        expect(moments.map((atMs) => amountOf(after, atMs))).toEqual(moments.map((atMs) => (atMs < planned.fromMs ? amountOf(promised, atMs) : BigInt(amount))));
        expect(moments.filter((atMs) => atMs < NOW + NOTICE && amountOf(after, atMs) > amountOf(promised, atMs))).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });
});
