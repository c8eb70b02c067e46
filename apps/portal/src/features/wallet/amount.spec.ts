import { expect, it } from '@jest/globals';
import { readAmount } from './amount';

const bounds = { minimum: '1.00', maximum: '10000.00' };

it.each([
  ['25', { nano: 25_000_000_000n }],
  [' 25.50 ', { nano: 25_500_000_000n }],
  ['1.00', { nano: 1_000_000_000n }],
  ['10000.00', { nano: 10_000_000_000_000n }],
  ['0.99', { problem: 'small' }],
  ['-5', { problem: 'small' }],
  ['10000.01', { problem: 'large' }],
  ['5.001', { problem: 'cents' }],
  ['', { problem: 'form' }],
  ['25,00', { problem: 'form' }],
  ['1e3', { problem: 'form' }],
])('reads "%s" as what can be paid, or says what is wrong', (text, read) => {
  expect(readAmount(text, bounds)).toEqual(read);
});
