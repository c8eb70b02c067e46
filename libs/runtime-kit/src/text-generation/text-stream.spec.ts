import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { TextStream } from './text-stream.js';

/** A token is a byte. */
const detokenize = (tokens: readonly number[], before: readonly number[]): string => {
  const begun = Buffer.from(before).toString();
  return Buffer.from([...before, ...tokens]).toString().slice(begun.length);
};

function partsOf(text: string, stops: readonly string[] = []): { parts: string[]; stopped: boolean } {
  const stream = new TextStream({ detokenize, stops });
  const parts: string[] = [];
  for (const byte of Buffer.from(text)) {
    parts.push(stream.push(byte));
    if (stream.stopped) break;
  }
  return { parts: [...parts, stream.end()].filter((part) => part !== ''), stopped: stream.stopped };
}

it('gives whole characters', () => {
  expect(partsOf('aü🦊🦊b').parts).toEqual(['a', 'ü', '🦊', '🦊', 'b']);
});

it('gives what no character can be made of, and goes on', () => {
  const stream = new TextStream({ detokenize, stops: [] });
  expect([0xff, 0xff, 0xff, 0xff].map((byte) => stream.push(byte)).join('')).toContain('\ufffd');
  expect(stream.push(97)).toBe('a');
});

describe('stop texts', () => {
  it('end the text before them, and what only looks like one is given late', () => {
    expect(partsOf('abcabd!', ['abd'])).toEqual({ parts: ['abc'], stopped: true });
    expect(partsOf('xaby', ['abc'])).toEqual({ parts: ['x', 'aby'], stopped: false });
    expect(partsOf('xab', ['abc'])).toEqual({ parts: ['x', 'ab'], stopped: false });
  });

  it('are in no answer, and nothing before the first of them is lost', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'ü'), maxLength: 40 });
    const stop = fc.string({ unit: fc.constantFrom('a', 'b', 'ü'), minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(letters, fc.array(stop, { minLength: 1, maxLength: 3 }), (text, stops) => {
        const { parts, stopped } = partsOf(text, stops);
        const joined = parts.join('');
        expect(text.startsWith(joined)).toBe(true);
        expect(stops.some((one) => joined.includes(one))).toBe(false);
        expect(stopped).toBe(stops.some((one) => text.includes(one)));
        if (!stopped) expect(joined).toBe(text);
      }),
    );
  });
});
