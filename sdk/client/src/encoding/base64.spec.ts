import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { toBase64 } from './base64.js';

const nodeBuffer = globalThis.Buffer;
afterEach(() => {
  globalThis.Buffer = nodeBuffer;
});

describe('toBase64', () => {
  it('gives the same text where there is no Buffer, as in browsers', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        const expected = nodeBuffer.from(bytes).toString('base64');
        expect(toBase64(bytes)).toBe(expected);
        Reflect.deleteProperty(globalThis, 'Buffer');
        const inBrowser = toBase64(bytes);
        globalThis.Buffer = nodeBuffer;
        expect(inBrowser).toBe(expected);
      }),
    );
  });

  it('takes more bytes than a function takes arguments', () => {
    const bytes = new Uint8Array(1_000_003).map((_, index) => index);
    const expected = nodeBuffer.from(bytes).toString('base64');
    Reflect.deleteProperty(globalThis, 'Buffer');
    const inBrowser = toBase64(bytes);
    globalThis.Buffer = nodeBuffer;
    expect(inBrowser === expected).toBe(true);
  });
});
