import { expect, it } from '@jest/globals';
import { drawFor } from './draw.js';

const shareBelow = (limit: number, draws: readonly number[]) => draws.filter((draw) => draw < limit).length / draws.length;

it('draws the same for the same key of the same organization, and evenly over keys', () => {
  expect(drawFor('acme', 'order-1')).toBe(drawFor('acme', 'order-1'));
  expect(drawFor('acme', 'order-1')).not.toBe(drawFor('globex', 'order-1'));
  const draws = Array.from({ length: 20_000 }, (_, at) => drawFor('acme', `order-${at}`));
  for (const draw of draws) expect(draw >= 0 && draw < 1).toBe(true);
  // Five standard deviations of a share of 10 % among 20,000.
  expect(Math.abs(shareBelow(0.1, draws) - 0.1)).toBeLessThan(0.0107);
});

it('draws by chance without a key', () => {
  const draws = Array.from({ length: 20_000 }, () => drawFor('acme', undefined));
  expect(new Set(draws).size).toBeGreaterThan(19_000);
  expect(Math.abs(shareBelow(0.1, draws) - 0.1)).toBeLessThan(0.0107);
});
