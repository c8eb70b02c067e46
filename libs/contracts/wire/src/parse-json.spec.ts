import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { checkTensor } from './check-tensor.js';
import { parseJson } from './parse-json.js';
import { scanNumbers } from './scan-numbers.js';
import type { DType } from './tensor.js';
import { toJsonValue } from './to-json-value.js';

const bytes = (text: string) => Buffer.from(text);
const ones = Array.from({ length: 20 }, () => 1);

const numberText = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.integer().map(String),
  fc.tuple(fc.integer(), fc.integer({ min: 0, max: 10 ** 9 })).map(([whole, rest]) => `${whole}.${rest}`),
  fc.tuple(fc.integer({ min: -999, max: 999 }), fc.constantFrom('e', 'E'), fc.constantFrom('', '+', '-'), fc.integer({ min: 0, max: 320 })).map((parts) => parts.join('')),
  fc.constantFrom('0', '-0', '-0.0', '0e5', '1e-7', '5e-324', '1.7976931348623157e308', '1e400', '0.1', '123456789012345678', '9007199254740993', '0.30000000000000004', '00000.1', '01', '.5', '1.', '+1', '1e', '-', '1_0', 'NaN'),
);
const space = fc.constantFrom('', ' ', '\n', '\t', ' \r\n ');

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function messageOf(text: string): SyntaxError {
  try {
    JSON.parse(text);
  } catch (error) {
    return error as SyntaxError;
  }
  throw new TypeError('it is JSON');
}

describe('scanNumbers', () => {
  it('reads what JSON.parse reads, to the bit, and nothing else', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(space, numberText, space)), fc.constantFrom(']', '] ', ',]', '', 'x]', ']]'), (items, end) => {
        const text = `[${items.map((item) => item.join('')).join(',')}${end}`;
        const scanned = scanNumbers(bytes(text), 1);
        const list = parsed(scanned ? text.slice(0, scanned.end) : text) as number[] | undefined;
        if (scanned) expect(Array.from(scanned.numbers).every((number, at) => Object.is(number, list![at]))).toBe(true);
        if (scanned) expect(scanned.numbers).toHaveLength(list!.length);
        // An empty list is left to JSON.parse; it is no use here.
        else expect(list === undefined || list.length === 0).toBe(true);
      }),
      { numRuns: 3_000 },
    );
  });
});

describe('parseJson', () => {
  it('reads the numbers of a tensor into the array of its type', () => {
    const data = Array.from({ length: 40 }, (_, n) => n / 8);
    const value = parseJson(bytes(JSON.stringify({ a: { dtype: 'float32', shape: [5, 8], data }, b: [{ data, shape: [40], dtype: 'float64' }] }))) as { a: { data: unknown }; b: { data: unknown }[] };
    expect(value.a).toEqual({ dtype: 'float32', shape: [5, 8], data: Float32Array.from(data) });
    expect(value.b[0]).toEqual({ dtype: 'float64', shape: [40], data: Float64Array.from(data) });
  });

  it('leaves the sender of numbers that do not fit their type, or of another list, what they sent', () => {
    const cases: unknown[] = [
      { dtype: 'uint8', shape: [20], data: ones.map(() => 256) },
      { dtype: 'int32', shape: [20], data: ones.map(() => 0.5) },
      { dtype: 'uint64', shape: [20], data: ones.map(() => -1) },
      { dtype: 'string', shape: [20], data: ones },
      { dtype: 'float16', shape: [20], data: ones },
      { dtype: 'float32', data: ones },
      { data: ones },
      { 'more"data': ones },
      { data: [1, 2] },
      { dtype: 'float32', shape: [20], data: [...ones, 'x'] },
      { dtype: 'float32', shape: [20], data: [ones] },
      { text: '"data":[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]', data: { data: ones } },
      { 'x"data': 'y', data: '"data": [', list: [{ data: 'data' }] },
    ];
    for (const value of cases) expect(parseJson(bytes(JSON.stringify(value)))).toEqual(value);
  });

  it.each(['float32', 'float64', 'int8', 'int16', 'int32', 'int64', 'uint8', 'uint16', 'uint32', 'uint64', 'bool'] satisfies DType[])('gives the tensor of %s that the plain list gives', (dtype) => {
    const value = { dtype, shape: [20], data: ones };
    expect(checkTensor(parseJson(bytes(JSON.stringify(value))))).toEqual(checkTensor(value));
  });

  it('is JSON.parse for everything else', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(toJsonValue(parseJson(bytes(text)))).toEqual(JSON.parse(text));
      }),
    );
    fc.assert(
      fc.property(fc.jsonValue(), fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 17 }), fc.string(), (other, numbers, key) => {
        const value = { other, [key]: { data: numbers }, data: numbers, deep: [{ data: { data: numbers } }] };
        expect(parseJson(bytes(JSON.stringify(value)))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
    for (const text of ['', '{', '{"data":[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]', '"data":[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]', '{"data"[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]}']) {
      expect(() => parseJson(bytes(text))).toThrow(messageOf(text));
    }
  });
});
