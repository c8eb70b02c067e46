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

  it.each([
    ['has long texts', { description: 'x'.repeat(300_000) }],
    ['has many rules', { input: { type: 'object', allOf: Array.from({ length: 4_900 }, (_, part) => ({ required: Array.from({ length: 300 }, (_name, name) => `n${part}-${name}`) })) } }],
    ['is many small parts', { runtime: { ...GOOD.runtime, options: { a: Array(2_000_000).fill(0) } } }],
  ])('is refused as JSON for the length that its text might not have either: one that %s', (_what, parts) => {
    const began = performance.now();
    expect(() => normaliseManifest({ ...GOOD, ...parts })).toThrow(expect.objectContaining({ code: 'PACKAGE.MANIFEST_INVALID', details: { problems: [expect.objectContaining({ path: '', message: expect.stringMatching(/^is longer than/) })] } }));
    expect(performance.now() - began).toBeLessThan(1_000);
  });

  it.each([
    ['a NUL in a text', { description: 'a\0b' }, 'description', 'has a NUL character'],
    ['a NUL in the name of a field', { runtime: { ...GOOD.runtime, options: { 'a\0b': 1 } } }, 'runtime.options', 'has a field whose name has a NUL character'],
    ['half of a surrogate pair', { input: { type: 'object', properties: { text: { enum: ['fine \ud83d\ude00', '\ud83d'] } } } }, 'input.properties.text.enum[1]', expect.stringContaining('surrogate')],
  ])('is refused for what no database keeps: %s', (_what, parts, path, message) => {
    expect(() => normaliseManifest({ ...GOOD, ...parts })).toThrow(expect.objectContaining({ code: 'PACKAGE.MANIFEST_INVALID', details: { problems: [{ path, message, line: 0, column: 0 }] } }));
  });

  it('is refused as JSON that is nested too deep, where no schema is', () => {
    let nested: unknown = 1;
    for (let depth = 0; depth < 100_000; depth += 1) nested = [nested];
    expect(() => normaliseManifest({ ...GOOD, runtime: { ...GOOD.runtime, options: { nested } } })).toThrow(expect.objectContaining({ message: expect.stringContaining('nested too deep') }));
  });

  it('is refused when what its aliases stand for is longer than a text may be', () => {
    const { runtime: _runtime, ...others } = GOOD;
    const runtime = `{name: echo, range: '*', options: {a: &a ${'x'.repeat(100_000)}, b: *a, c: *a}}`;
    const text = `runtime: ${runtime}\n${Object.entries(others).map(([key, value]) => `${key}: ${JSON.stringify(value)}\n`).join('')}`;
    expect(() => readManifest(text)).toThrow(
      expect.objectContaining({ message: expect.stringContaining('is longer than') }),
    );
  });

  it.each([
    ['required names', { required: Array.from({ length: 5_000 }, (_, name) => `n${name}`) }],
    ['required names, many times', { $defs: { a: { required: Array.from({ length: 100 }, (_, name) => `n${name}`) } }, allOf: Array(60).fill({ $ref: '#/$defs/a' }) }],
    ['listed values', { properties: { a: { enum: Array.from({ length: 20_001 }, (_, value) => value) } } }],
    ['listed values, many times', { $defs: { a: { const: Array(1_000).fill(0) } }, properties: Object.fromEntries(Array.from({ length: 21 }, (_, name) => [`n${name}`, { $ref: '#/$defs/a' }])) }],
  ])('is refused for too many %s', (_what, rules) => {
    expect(() => normaliseManifest({ ...GOOD, input: { type: 'object', ...rules } })).toThrow(expect.objectContaining({ message: expect.stringContaining('is too large') }));
  });
});
