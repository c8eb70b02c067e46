import { expect, it } from '@jest/globals';
import { mayBreak, nextBreaking, predecessorOf } from './breaking-version.js';

it.each([
  ['1.2.0', ['1.0.0', '1.1.0', '2.0.0'], '1.1.0'],
  ['1.0.5', ['1.0.4', '1.1.0'], '1.0.4'],
  ['2.0.0', ['1.0.0', '1.10.0', '1.9.0'], '1.10.0'],
  ['1.0.0', [], undefined],
  ['0.9.0', ['1.0.0'], undefined],
  ['1.1.0', ['1.0.0', '1.1.0-rc.1'], '1.0.0'],
  ['1.1.0-rc.2', ['1.0.0', '1.1.0-rc.1'], '1.0.0'],
])('callers of %s, with %j published, come from %s', (version, published, predecessor) => {
  expect(predecessorOf(version, published)).toBe(predecessor);
});

it.each([
  ['2.0.0', '1.9.0', true],
  ['1.9.0', '1.0.0', false],
  ['1.0.0', '0.9.0', true],
  ['0.3.0', '0.2.7', true],
  ['0.2.8', '0.2.7', false],
  ['2.0.0-rc.1', '1.0.0', true],
])('%s may break callers of %s: %s', (version, predecessor, expected) => {
  expect(mayBreak(version, predecessor)).toBe(expected);
});

it.each([
  ['1.4.2', ['1.4.2'], '2.0.0'],
  ['1.4.2', ['1.4.2', '2.0.0', '2.3.0', '4.0.0'], '3.0.0'],
  ['0.2.7', ['0.2.7'], '0.3.0'],
  ['0.2.7', ['0.2.7', '0.3.0'], '0.4.0'],
])('after %s, with %j published, the next that may is %s', (predecessor, published, next) => {
  expect(nextBreaking(predecessor, published)).toBe(next);
});
