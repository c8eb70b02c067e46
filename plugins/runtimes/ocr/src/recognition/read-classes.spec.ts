import { expect, it } from '@jest/globals';
import { readClasses } from './read-classes.js';

const alphabet = { characters: ['a', 'b', ' '], spaceThreshold: 0.1 };

/** Steps written as letters, `_` for the blank; a number is a blank with that probability of a space. */
const steps = (...written: (string | number)[]) => {
  const data = written.flatMap((step) => (typeof step === 'number' ? [1 - step, 0, 0, step] : ['_', 'a', 'b', ' '].map((name) => (name === step ? 0.9 : 0.03))));
  return { dtype: 'float32' as const, shape: [1, written.length, 4], data: Float32Array.from(data) };
};
const read = (...written: (string | number)[]) => readClasses(steps(...written), alphabet).text;

it('reads what goes on as one character, and what a blank parts as two', () => {
  expect(read('_', 'a', 'a', 'b', 0, 'b', 'b')).toBe('abb');
  expect(read('a', ' ', ' ', 'b')).toBe('a b');
  expect(read('_', '_')).toBe('');
});

it('writes a space that is likely in sum, once, and only between characters', () => {
  expect(read('a', 0.04, 0.07, 'b')).toBe('a b');
  expect(read('a', 0.04, 'b')).toBe('ab');
  expect(read('a', 0.04, 'a', 0.04, 'b', 0.04, 'a')).toBe('aaba');
  expect(read('a', 0.3, ' ', 0.3, 'b')).toBe('a b');
  expect(read(0.4, 'a', 0.4)).toBe('a');
  expect(readClasses(steps('a', 0.4, 'b'), { ...alphabet, characters: ['a', 'b', 'c'] }).text).toBe('ab');
});

it('is as sure as its characters are in the mean', () => {
  expect(readClasses(steps('a', '_', 'b'), alphabet).score).toBeCloseTo(0.9);
  expect(readClasses(steps('_'), alphabet).score).toBe(0);
});

it('refuses classes for another alphabet', () => {
  expect(() => readClasses(steps('a'), { ...alphabet, characters: ['a'] })).toThrow(expect.objectContaining({ code: 'RUNTIME.OUTPUT_INVALID' }));
});
