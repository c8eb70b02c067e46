import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { toJsonValue } from './to-json-value.js';

describe('toJsonValue', () => {
  it('leaves JSON as it is', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => expect(toJsonValue(value)).toEqual(value)));
  });

  it('says tensors by flat lists, long integers by strings, bytes by base64', () => {
    const tensor = (dtype: string, data: object) => ({ dtype, shape: [2], data });
    expect(toJsonValue({ y: tensor('float32', Float32Array.of(14.5, -1)) })).toEqual({ y: tensor('float32', [14.5, -1]) });
    expect(toJsonValue([tensor('int64', BigInt64Array.of(1n, -(2n ** 63n)))])).toEqual([tensor('int64', ['1', '-9223372036854775808'])]);
    expect(toJsonValue(tensor('uint8', Uint8Array.of(1, 255)))).toEqual(tensor('uint8', [1, 255]));
    expect(toJsonValue({ image: Uint8Array.of(104, 105), count: 7n })).toEqual({ image: 'aGk=', count: '7' });
  });
});
