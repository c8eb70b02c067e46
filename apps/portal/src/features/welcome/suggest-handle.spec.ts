import { expect, test } from '@jest/globals';
import { isHandle, suggestHandle } from './suggest-handle';

test.each([
  ['Acme Vision', 'acme-vision'],
  ['Müller & Söhne GmbH', 'muller-sohne-gmbh'],
  ['  --A!--  ', 'a'],
  ['视觉实验室', ''],
  ['x'.repeat(63) + ' y', 'x'.repeat(63)],
])('%s suggests %s', (name, handle) => {
  expect(suggestHandle(name)).toBe(handle);
});

test.each(['ab', 'a-b', 'x'.repeat(64), '42'])('%s may be a handle', (handle) => expect(isHandle(handle)).toBe(true));
test.each(['', 'a', 'A', '-ab', 'ab-', 'a--b', 'a_b', 'x'.repeat(65)])('"%s" may not', (handle) => expect(isHandle(handle)).toBe(false));
