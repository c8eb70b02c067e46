import fc from 'fast-check';
import { describe, expect, it } from '@jest/globals';
import { normaliseManifest } from './manifest/read-manifest.js';
import { versionDigest } from './version-digest.js';

const WRITTEN = {
  schema: 1,
  name: 'digits',
  version: '1.0.0',
  license: 'Apache-2.0',
  task: 'image-classification',
  runtime: { name: 'onnx', range: '^0.1.0' },
  artifacts: [{ path: 'model.onnx' }],
  pre: [{ op: 'decode', input: 'image' }, { op: 'resize', input: 'image', width: 28, height: 28 }],
};
const FILES = [
  { path: 'README.md', sha256: 'a'.repeat(64), size: 10 },
  { path: 'model.onnx', sha256: 'b'.repeat(64), size: 20 },
  { path: 'samples/one.json', sha256: 'c'.repeat(64), size: 30 },
];
const digestOf = (json: unknown, files = FILES): string => versionDigest(normaliseManifest(json).manifest, files);

/** The same data with the keys of every object in another order. */
function shuffleKeys(value: unknown, random: () => number): unknown {
  if (Array.isArray(value)) return value.map((item) => shuffleKeys(item, random));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, item]) => ({ key, item, rank: random() }));
  return Object.fromEntries(entries.sort((a, b) => a.rank - b.rank).map(({ key, item }) => [key, shuffleKeys(item, random)]));
}

/** Every default that the format has, so that any part of them may be written out. */
const DEFAULTS: [string, unknown][] = Object.entries(normaliseManifest(WRITTEN).manifest).filter(([key]) => !(key in WRITTEN));

describe('versionDigest', () => {
  it('is a sha256 in hex', () => {
    expect(digestOf(WRITTEN)).toMatch(/^[0-9a-f]{64}$/);
  });

  it('does not depend on the order of keys or files, nor on which defaults were written', () => {
    const expected = digestOf(WRITTEN);
    fc.assert(
      fc.property(fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })), fc.subarray(DEFAULTS), fc.shuffledSubarray(FILES, { minLength: 3 }), (numbers, defaults, files) => {
        const random = (): number => numbers.next().value as number;
        expect(digestOf(shuffleKeys({ ...WRITTEN, ...Object.fromEntries(defaults) }, random), files)).toBe(expected);
      }),
      { numRuns: 50 },
    );
  });

  it('does not depend on the price', () => {
    const price = fc.record({ unit: fc.constant('request'), amount: fc.integer({ min: 1, max: 999_999_999 }).map((units) => `${units}.5`), currency: fc.constantFrom('usd', 'eur') });
    fc.assert(fc.property(price, (given) => digestOf({ ...WRITTEN, price: given }) === digestOf(WRITTEN)), { numRuns: 25 });
  });

  it('depends on every file and every field', () => {
    const different = [
      digestOf(WRITTEN, FILES.slice(1)),
      digestOf(WRITTEN, FILES.map((file) => ({ ...file, size: file.size + 1 }))),
      digestOf({ ...WRITTEN, version: '1.0.1' }),
      digestOf({ ...WRITTEN, description: 'other' }),
      digestOf({ ...WRITTEN, pre: WRITTEN.pre.slice(0, 1) }),
      digestOf(WRITTEN),
    ];
    expect(new Set(different).size).toBe(different.length);
  });
});
