import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { groupByTokens } from './token-groups.js';

it('runs similar lengths together', () => {
  expect(groupByTokens([5, 100, 6, 90], 200)).toEqual([[0, 2], [3, 1]]);
});

it('takes every text once and never more padded tokens than it may', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 64 })), fc.integer({ min: 1, max: 256 }), (lengths, tokensMax) => {
      const groups = groupByTokens(lengths, tokensMax);
      expect(groups.flat().sort((a, b) => a - b)).toEqual([...lengths.keys()]);
      for (const group of groups) {
        const padded = group.length * Math.max(...group.map((index) => lengths[index] as number));
        expect(group.length === 1 || padded <= tokensMax).toBe(true);
      }
    }),
  );
});
