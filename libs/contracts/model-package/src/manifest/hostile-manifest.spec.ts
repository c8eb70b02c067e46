import { describe, expect, it } from '@jest/globals';
import { AppError } from '@steelyard/kernel';
import fc from 'fast-check';
import { normaliseManifest, readManifest } from './read-manifest.js';

const GOOD = {
  schema: 1, name: 'echo', version: '1.0.0', license: 'MIT', task: 'custom', runtime: { name: 'echo', range: '*', options: { a: 1 } }, artifacts: [{ path: 'a.onnx' }],
  input: { type: 'object', properties: { text: { type: 'string' } } }, output: { type: 'object' }, batching: { maxSize: 4 }, price: { unit: 'request', amount: '1', currency: 'usd' },
};

/** Runs it; what it refuses must say what is wrong. */
function refusalOf(read: () => unknown): void {
  try {
    read();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    expect(error).toMatchObject({ kind: 'invalid', code: expect.stringMatching(/^PACKAGE\./), message: expect.stringMatching(/./) });
  }
}

describe('a manifest that was made to do harm', () => {
  it('is refused in words, whatever it is', () => {
    fc.assert(fc.property(fc.anything({ maxDepth: 4, withNullPrototype: true, withBigInt: true }), (value) => refusalOf(() => normaliseManifest(value))), { numRuns: 300, seed: 7 });
  });

  it('is refused in words when one of its parts is something else', () => {
    const odd = fc.oneof(fc.jsonValue({ maxDepth: 3 }), fc.constantFrom('__proto__', '../../etc/passwd', '\u0000', 1e308, -0, '9'.repeat(400), [[[[[]]]]], { $ref: '#' }, { pattern: '(a+)+$' }));
    const place = fc.constantFrom(...Object.keys(GOOD), 'constructor', 'toString', '__proto__');
    fc.assert(
      fc.property(place, fc.option(fc.string({ maxLength: 8 })), odd, (part, inner, value) => {
        const changed = JSON.parse(JSON.stringify(GOOD)) as Record<string, unknown>;
        const within = changed[part];
        const next = inner !== null && typeof within === 'object' && within !== null ? { ...within, [inner]: value } : value;
        Object.defineProperty(changed, part, { value: next, enumerable: true, configurable: true, writable: true });
        refusalOf(() => normaliseManifest(changed));
      }),
      { numRuns: 500, seed: 7 },
    );
  });

  it('is refused in words as a text of any kind, one that would grow without end too', () => {
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${[...'bcdefghij'].map((name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdefghij'[index]}`).join(',')}]`).join('\n')}\n`;
    const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 200 }), fc.array(fc.constantFrom('a: ', '- ', '  ', '\n', '&x ', '*x', '<<: ', '!!js/function ', '{', '}', '[', '"', '|', '\t', '%YAML 1.1\n', '---\n', 'name'), { maxLength: 40 }).map((parts) => parts.join('')));
    fc.assert(fc.property(text, (value) => refusalOf(() => readManifest(value))), { numRuns: 300, seed: 7, examples: [[bomb], ['!!python/object/apply:os.system ["id"]']] });
  });
});
