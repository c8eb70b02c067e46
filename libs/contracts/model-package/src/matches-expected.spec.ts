import { describe, expect, it } from '@jest/globals';
import { matchesExpected } from './matches-expected.js';

describe('matchesExpected', () => {
  it('compares a part of the output, numbers within the tolerance', () => {
    const output = { label: '7', score: 0.9912, scores: [{ label: '6', score: 0.0088 }, { label: '7', score: 0.9912 }] };
    expect(matchesExpected(output, { label: '7', score: 0.992, scores: [{ label: '6' }, { score: 0.9915 }] }, 1e-3)).toEqual([]);
    expect(matchesExpected(output, { label: '3', score: 0.9, scores: [{}, {}, {}] }, 1e-3)).toEqual([
      { path: 'label', message: 'should be "3", is "7"' },
      { path: 'score', message: 'should be 0.9, is 0.9912' },
      { path: 'scores', message: 'should have 3 elements, has 2' },
    ]);
    expect(matchesExpected({}, { label: null }, 1)).toEqual([{ path: 'label', message: 'should be null, is missing' }]);
    expect(matchesExpected({ a: NaN }, { a: 1 }, 1)).toHaveLength(1);
  });

  it('compares tensors as lists', () => {
    const y = { dtype: 'float32', shape: [2], data: new Float32Array([1, 2]) };
    expect(matchesExpected({ y }, { y: { shape: [2], data: [1.0001, 2] } }, 1e-3)).toEqual([]);
    expect(matchesExpected({ y }, { y: { data: [1, 3] } }, 1e-3)).toEqual([{ path: 'y.data[1]', message: 'should be 3, is 2' }]);
    expect(matchesExpected({ n: new BigInt64Array([9n]) }, { n: ['9'] }, 0)).toEqual([]);
    expect(matchesExpected({ bytes: new Uint8Array([1]) }, { bytes: 'AQ==' }, 0)).toEqual([]);
  });

  it('does not take inherited keys for output', () => {
    expect(matchesExpected({}, JSON.parse('{"constructor": 1}'), 0)).toEqual([{ path: 'constructor', message: 'should be 1, is missing' }]);
  });
});
