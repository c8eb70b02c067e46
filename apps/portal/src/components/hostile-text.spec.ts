import { expect, test } from '@jest/globals';
import { cleanText } from './clean-text';
import { safeAddress } from './markdown/safe-address';

test.each([
  ['invoice\u202Egnp.exe', 'invoice\ufffdgnp.exe'],
  ['a\u0000\u0007\u009fb', 'a\ufffdb'],
  ['two\r\nlines\tand a tab', 'two lines and a tab'],
  ['zero\u200bwidth', 'zero\ufffdwidth'],
  ['👩\u200d🔬 مرحبا', '👩\u200d🔬 مرحبا'],
])('what deceives the eye becomes a mark: %j', (text, clean) => {
  expect(cleanText(text)).toBe(clean);
});

test.each(['https://example.org', 'HTTP://example.org/a', 'mailto:a@example.org', '#user-content-fn-1'])('%s may be led to', (address) => expect(safeAddress(address)).toBe(address));
test.each(['javascript:alert(1)', ' javascript:alert(1)', 'data:text/html,x', 'vbscript:x', '/auth/sign-out', '//evil.example', '#content', 'https:evil', ''])('"%s" may not', (address) =>
  expect(safeAddress(address)).toBeUndefined());
