import { describe, expect, it } from '@jest/globals';
import { AppError } from '@steelyard/kernel';
import { Encoder } from 'cbor-x';
import fc from 'fast-check';
import { decodeValue } from './decode-value.js';
import { encodeValue } from './encode-value.js';

const hex = (text: string) => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));

function codeOf(act: () => unknown): string | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    return error instanceof AppError ? error.code : `not an AppError: ${String(error)}`;
  }
}

const long = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n });
const text = fc.string({ unit: 'grapheme', maxLength: 200 });
const leaf = fc.oneof(
  fc.boolean(),
  fc.constant(null),
  fc.constant(undefined),
  fc.double().filter((number) => !Object.is(number, -0)),
  fc.integer(),
  long,
  text,
  fc.uint8Array({ maxLength: 300 }),
  fc.float32Array(),
  fc.float64Array(),
  fc.int8Array(),
  fc.int16Array(),
  fc.uint16Array(),
  fc.int32Array(),
  fc.uint32Array(),
  fc.bigInt64Array(),
  fc.bigUint64Array(),
);
const key = text.filter((name) => name !== '__proto__');
const value = fc.letrec((tie) => ({
  value: fc.oneof({ maxDepth: 6 }, leaf, fc.array(tie('value'), { maxLength: 6 }), fc.dictionary(key, tie('value'), { maxKeys: 6, noNullPrototype: true })),
})).value;

/** Typed arrays by kind and content: a decoded byte string is a Uint8Array whatever view made it. */
function plain(input: unknown): unknown {
  if (ArrayBuffer.isView(input)) return { kind: input.constructor.name, elements: Array.from(input as Float64Array, (n) => (Object.is(n, -0) ? '-0' : n)) };
  if (Array.isArray(input)) return input.map(plain);
  if (typeof input === 'object' && input !== null) return Object.fromEntries(Object.entries(input).map(([k, v]) => [k, plain(v)]));
  return input;
}

describe('CBOR values', () => {
  it('come back as they were', () => {
    fc.assert(
      fc.property(value, (original) => {
        expect(plain(decodeValue(Uint8Array.from(encodeValue(original))))).toEqual(plain(original));
      }),
    );
  });

  it('come back from any offset, aligned or not', () => {
    const floats = new Float32Array([1.5, -2.25, Math.PI]);
    const longs = new BigInt64Array([1n, -(2n ** 63n)]);
    for (let offset = 0; offset < 8; offset++) {
      const encoded = encodeValue({ floats, longs, image: new Uint8Array([1, 2, 3]) });
      const moved = new Uint8Array(encoded.length + 8).subarray(offset, offset + encoded.length);
      moved.set(encoded);
      expect(decodeValue(moved)).toEqual({ floats, longs, image: new Uint8Array([1, 2, 3]) });
    }
  });

  it('writes a Float32Array under tag 85, an Int64 under 79, bytes as a byte string, a bigint in 64 bits', () => {
    expect(encodeValue(new Float32Array([1])).subarray(0, 3)).toEqual(Buffer.from('d85544', 'hex'));
    expect(encodeValue(new BigInt64Array([1n])).subarray(0, 3)).toEqual(Buffer.from('d84f48', 'hex'));
    expect(encodeValue(new Uint8Array([7, 8]))).toEqual(Buffer.from('420708', 'hex'));
    expect(encodeValue(5n)).toEqual(Buffer.from('1b0000000000000005', 'hex'));
    expect(decodeValue(hex('1b0000000000000005'))).toBe(5n);
  });

  it('gives aligned typed arrays as views, without a copy', () => {
    const bytes = new Uint8Array(16);
    bytes.set(hex('40 40 40 40 00'.replaceAll('40', '00')), 0);
    bytes.set([0xd8, 0x55, 0x48], 5);
    const array = decodeValue(bytes.subarray(5)) as Float32Array;
    expect(array.buffer).toBe(bytes.buffer);
    expect(array.byteOffset).toBe(8);
  });

  it('reads half, single and double precision', () => {
    expect(decodeValue(hex('f93c00'))).toBe(1);
    expect(decodeValue(hex('f90001'))).toBe(2 ** -24);
    expect(decodeValue(hex('f9fc00'))).toBe(-Infinity);
    expect(decodeValue(hex('fa47c35000'))).toBe(100_000);
    expect(decodeValue(hex('fb3ff199999999999a'))).toBe(1.1);
  });

  it('makes plain objects and pollutes nothing', () => {
    const decoded = decodeValue(encodeValue({ constructor: 1, toString: 'x' })) as object;
    expect(Object.getPrototypeOf(decoded)).toBe(Object.prototype);
    expect(codeOf(() => decodeValue(hex('a1 69 5f5f70726f746f5f5f a1 65 61646d696e f5')))).toBe('WIRE.MALFORMED');
    expect(codeOf(() => encodeValue(JSON.parse('{"a": {"__proto__": {"admin": true}}}')))).toBe('WIRE.UNENCODABLE');
    expect(({} as Record<string, unknown>).admin).toBeUndefined();
  });

  it.each([
    ['nothing', ''],
    ['a cut off map', 'a1 61 61'],
    ['bytes behind the value', '01 01'],
    ['a number as key', 'a1 01 02'],
    ['a list as key', 'a1 80 02'],
    ['an array that claims 4 billion elements', '9a ff ff ff ff'],
    ['a map that claims 4 billion entries', 'ba ff ff ff ff'],
    ['a text longer than the message', '7a ff ff ff ff 61'],
    ['a 64-bit length', '5b 00 00 00 01 00 00 00 00'],
    ['an indefinite array', '9f ff'],
    ['a text that is not UTF-8', '61 ff'],
    ['a date', 'c1 00'],
    ['a regular expression', 'd8 1b 83 66 526567457870 61 61 60'],
    ['a shared reference', 'd8 1c 80'],
    ['a set', 'd9 0102 80'],
    ['a record of cbor-x', 'd9 dfff 83 19e000 81 61 61 01'],
    ['big-endian floats', 'd8 51 44 3f800000'],
    ['a float32 array of 3 bytes', 'd8 55 43 000000'],
    ['a tag without content', 'd8 55'],
    ['an unassigned simple value', 'e0'],
    ['reserved information', '1c'],
  ])('refuses %s', (_, bytes) => {
    expect(codeOf(() => decodeValue(hex(bytes)))).toBe('WIRE.MALFORMED');
  });

  it('refuses nesting that would overflow the stack', () => {
    expect(codeOf(() => decodeValue(new Uint8Array(1_000_000).fill(0x81)))).toBe('WIRE.MALFORMED');
  });

  it('fails on arbitrary bytes with nothing but WIRE.MALFORMED', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        const code = codeOf(() => decodeValue(bytes));
        return code === undefined || code === 'WIRE.MALFORMED';
      }),
      { numRuns: 2_000 },
    );
  });

  it('reads what an ordinary CBOR writer of the same profile writes', () => {
    const ordinary = new Encoder({ useRecords: false, mapsAsObjects: true, variableMapSize: false, tagUint8Array: true });
    const message = { a: [1, -1, 2.5, 'ä'], b: { c: new Uint8Array([1]) } };
    expect(decodeValue(ordinary.encode(message))).toEqual(message);
  });

  it.each([64, 65, 70])('goes as deep as it is read: %d', (depth) => {
    const nested = (wrap: (inner: unknown) => unknown) => Array.from({ length: depth }).reduce((inner) => wrap(inner), 1 as unknown);
    for (const wrap of [(inner: unknown) => [inner], (inner: unknown) => ({ inner })]) {
      const outcome = () => expect(decodeValue(encodeValue(nested(wrap)))).toEqual(nested(wrap));
      expect(codeOf(outcome)).toBe(depth <= 64 ? undefined : 'WIRE.UNENCODABLE');
    }
  });

  const self: unknown[] = [];
  self.push(self);
  it.each<[string, unknown]>([
    ['a function', { act: () => 1 }],
    ['a symbol', [Symbol('x')]],
    ['itself', self],
    ['a date', { at: new Date(0) }],
    ['a set', new Set([1])],
    ['a map', { map: new Map([['a', 1]]) }],
    ['a regular expression', /a/],
    ['an error', new Error('x')],
    ['a boxed text', Object('a')],
    ['a generator', (function* () { yield 1; })()],
    ['a list of a class of its own', new (class extends Array<number> {})(3)],
    ['clamped bytes', new Uint8ClampedArray(1)],
    ['an integer beyond 64 bits', [2n ** 64n]],
    ['an integer below them', -(2n ** 64n)],
    ['the key "__proto__"', JSON.parse('{"__proto__": 1}')],
    ['a function below a key that is no text', { '\ud800': () => 1 }],
  ])('refuses to write %s', (_, unsendable) => {
    expect(codeOf(() => encodeValue(unsendable))).toBe('WIRE.UNENCODABLE');
  });

  it('writes U+FFFD for lone halves of surrogate pairs, in short texts, long ones and keys', () => {
    const long = 'a'.repeat(100);
    expect(decodeValue(encodeValue({ short: ['a\ud800', 1], long: `${long}\udc00`, 'k\ud800': Uint8Array.of(1) }))).toEqual({ short: ['a\ufffd', 1], long: `${long}\ufffd`, 'k\ufffd': Uint8Array.of(1) });
    expect(decodeValue(encodeValue('\u{1f600}'))).toBe('\u{1f600}');
  });

  it('is read, whatever it was made of, or is not written', () => {
    const anything = fc.anything({
      key: fc.string({ unit: 'binary' }), maxDepth: 5, withBigInt: true, withBoxedValues: true, withDate: true, withMap: true, withNullPrototype: true,
      withObjectString: true, withSet: true, withSparseArray: true, withTypedArray: true, stringUnit: 'binary',
    });
    const deep = fc.tuple(fc.nat(80), anything).map(([depth, inner]) => Array.from({ length: depth }).reduce((value: unknown, _, i) => (i % 2 ? [value] : { value }), inner));
    fc.assert(
      fc.property(fc.oneof(anything, deep, value), (made) => {
        let bytes: Uint8Array | undefined;
        expect([undefined, 'WIRE.UNENCODABLE']).toContain(codeOf(() => (bytes = encodeValue(made))));
        if (bytes) decodeValue(bytes);
      }),
      { numRuns: 3_000 },
    );
  });
});
