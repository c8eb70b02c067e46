import { expect, it } from '@jest/globals';
import { rollbackTarget } from './rollback-target';

const history = (...oldestFirst: [string, string][]) => oldestFirst.map(([action, to]) => ({ action, to })).reverse();

it('leads to what was before the latest release or promotion, and further with each rollback', () => {
  expect(rollbackTarget(history(['release', '1.0.0']))).toBeUndefined();
  expect(rollbackTarget(history(['release', '1.0.0'], ['release', '2.0.0']))).toBe('1.0.0');
  expect(rollbackTarget(history(['release', '1.0.0'], ['canary-started', '2.0.0'], ['canary-promoted', '2.0.0'], ['release', '3.0.0'], ['rollback', '2.0.0']))).toBe('1.0.0');
  expect(rollbackTarget([])).toBeUndefined();
});
