import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { findCards, isCard, isLuhn } from './cards.js';
import { findIbans, isIban } from './ibans.js';

const SEEDED = { seed: 20_261_130, numRuns: 200 };
const digits = (length: number) => fc.array(fc.integer({ min: 0, max: 9 }), { minLength: length, maxLength: length }).map((list) => list.join(''));

/** With the digit that makes it right: written another way than what is tested. */
function withCheckDigit(body: string): string {
  return [...'0123456789'].map((digit) => body + digit).find((number) => {
    const doubled = [...number].reverse().map((digit, place) => (place % 2 ? String(Number(digit) * 2) : digit));
    return [...doubled.join('')].reduce((sum, digit) => sum + Number(digit), 0) % 10 === 0;
  })!;
}

function withCheckNumber(country: string, account: string): string {
  const number = [...`${account}${country}00`].map((character) => Number.parseInt(character, 36)).join('');
  return `${country}${String(98n - (BigInt(number) % 97n)).padStart(2, '0')}${account}`;
}

const card = digits(14).map((body) => withCheckDigit(`4${body}`));
const iban = digits(18).map((account) => withCheckNumber('DE', account));

describe('check digits', () => {
  it('find every card, however it is written, and where it stands', () => {
    fc.assert(
      fc.property(card, fc.constantFrom('', ' ', '-'), (number, separator) => {
        const written = number.match(/.{4}/g)!.join(separator);
        expect(isCard(number)).toBe(true);
        expect(findCards(`pay ${written}, now`)).toEqual([{ start: 4, end: 4 + written.length }]);
      }),
      SEEDED,
    );
  });

  it('find no card with one digit wrong', () => {
    fc.assert(
      fc.property(card, fc.nat(15), fc.integer({ min: 1, max: 9 }), (number, place, by) => {
        const wrong = number.slice(0, place) + String((Number(number[place]) + by) % 10) + number.slice(place + 1);
        expect(isLuhn(wrong)).toBe(false);
        expect(findCards(wrong)).toEqual([]);
      }),
      SEEDED,
    );
  });

  it('find every account, and none with one digit wrong or two exchanged', () => {
    fc.assert(
      fc.property(iban, fc.boolean(), fc.integer({ min: 4, max: 20 }), fc.integer({ min: 1, max: 9 }), (number, isSpaced, place, by) => {
        const written = isSpaced ? number.match(/.{1,4}/g)!.join(' ') : number;
        expect(findIbans(`to ${written}.`)).toEqual([{ start: 3, end: 3 + written.length }]);
        expect(isIban(number.slice(0, place) + String((Number(number[place]) + by) % 10) + number.slice(place + 1))).toBe(false);
        const [a, b] = [number[place]!, number[place + 1]!];
        if (a !== b) expect(isIban(number.slice(0, place) + b + a + number.slice(place + 2))).toBe(false);
      }),
      SEEDED,
    );
  });
});
