import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { idOfApiKey, mintApiKey } from './api-key-format.js';

const minted = fc.constant(undefined).map(() => mintApiKey());
const anyDigit = fc.constantFrom(...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_-. ');

describe('the form of an API key', () => {
  it('is always the same length and gives its id back', () => {
    fc.assert(
      fc.property(minted, ({ id, text }) => {
        expect(text).toMatch(/^sy_live_[0-9A-Za-z]{13}_[0-9A-Za-z]{49}$/);
        expect(text).toHaveLength(71);
        expect(idOfApiKey(text)).toBe(id);
      }),
      { numRuns: 500 },
    );
  });

  it('never repeats', () => {
    const keys = Array.from({ length: 1_000 }, mintApiKey);
    expect(new Set(keys.map(({ id }) => id)).size).toBe(1_000);
  });

  it('notices any wrong character', () => {
    fc.assert(
      fc.property(minted, fc.nat({ max: 70 }), anyDigit, ({ text }, at, digit) => {
        fc.pre(text[at] !== digit);
        expect(idOfApiKey(text.slice(0, at) + digit + text.slice(at + 1))).toBeUndefined();
      }),
      { numRuns: 2_000 },
    );
  });

  it('notices neighbours that changed places, a missing character and one too many', () => {
    fc.assert(
      fc.property(minted, fc.nat({ max: 69 }), anyDigit, ({ text }, at, digit) => {
        const swapped = text.slice(0, at) + text[at + 1] + text[at] + text.slice(at + 2);
        if (swapped !== text) expect(idOfApiKey(swapped)).toBeUndefined();
        expect(idOfApiKey(text.slice(0, at) + text.slice(at + 1))).toBeUndefined();
        expect(idOfApiKey(text.slice(0, at) + digit + text.slice(at))).toBeUndefined();
      }),
      { numRuns: 1_000 },
    );
  });

  it('is nothing else', () => {
    fc.assert(fc.property(fc.string({ maxLength: 100 }), (text) => idOfApiKey(text) === undefined));
    const { text } = mintApiKey();
    for (const other of ['', ` ${text}`, `${text}\n`, text.replace('live', 'test'), text.toUpperCase()]) expect(idOfApiKey(other)).toBeUndefined();
  });
});
