import { describe, expect, it } from '@jest/globals';
import { checkTensor, createData, elementCount, isTensor } from './check-tensor.js';
import { DTYPES } from './tensor.js';

const refusal = (value: unknown): string => {
  try {
    checkTensor(value);
    return 'accepted';
  } catch (error) {
    return `${(error as { code: string }).code} ${(error as Error).message}`;
  }
};

describe('tensors', () => {
  it('counts elements', () => {
    expect(elementCount([])).toBe(1);
    expect(elementCount([2, 0, 3])).toBe(0);
    expect(elementCount([2, 3])).toBe(6);
  });

  it('accepts its own data of every dtype, untouched', () => {
    for (const dtype of DTYPES) {
      const tensor = { dtype, shape: [2, 3], data: createData(dtype, 6) };
      expect(isTensor(tensor)).toBe(true);
      expect(checkTensor(tensor)).toBe(tensor);
    }
  });

  it('turns the lists of JSON into typed arrays', () => {
    expect(checkTensor({ dtype: 'float32', shape: [2], data: [0.5, 1] }).data).toEqual(new Float32Array([0.5, 1]));
    expect(checkTensor({ dtype: 'bool', shape: [2], data: [true, 0] }).data).toEqual(new Uint8Array([1, 0]));
    expect(checkTensor({ dtype: 'int64', shape: [3], data: [1, '-9223372036854775808', 3n] }).data).toEqual(
      new BigInt64Array([1n, -(2n ** 63n), 3n]),
    );
  });

  it.each([
    ['no object', 5, 'no object'],
    ['an unknown dtype', { dtype: 'float16', shape: [1], data: [1] }, 'dtype'],
    ['a negative size', { dtype: 'int8', shape: [-1], data: [] }, 'shape'],
    ['a shape that overflows', { dtype: 'int8', shape: [2 ** 40, 2 ** 40], data: [] }, 'too many'],
    ['too few elements', { dtype: 'float32', shape: [2], data: new Float32Array(1) }, '2 elements, its data 1'],
    ['the typed array of another dtype', { dtype: 'float32', shape: [1], data: new Float64Array(1) }, 'typed array of float32'],
    ['a text among numbers', { dtype: 'float32', shape: [1], data: ['1'] }, 'no number'],
    ['a number out of range', { dtype: 'uint8', shape: [1], data: [256] }, 'no uint8'],
    ['a fraction', { dtype: 'int32', shape: [1], data: [1.5] }, 'no int32'],
    ['a long out of range', { dtype: 'uint64', shape: [1], data: ['-1'] }, 'no uint64'],
    ['a number among texts', { dtype: 'string', shape: [1], data: [1] }, 'texts'],
  ])('refuses %s', (_, value, reason) => {
    expect(refusal(value)).toContain('WIRE.TENSOR_INVALID');
    expect(refusal(value)).toContain(reason);
  });
});
