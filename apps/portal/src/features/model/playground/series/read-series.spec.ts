import { describe, expect, it } from '@jest/globals';
import { readSeries } from './read-series';

describe('a series of numbers', () => {
  it.each([
    ['1 2 3', [1, 2, 3]],
    ['1, 2, 3', [1, 2, 3]],
    ['[1, -2.5, 3e2]', [1, -2.5, 300]],
    ['1\n2\r\n\n3\n', [1, 2, 3]],
    ['1; 2; 3', [1, 2, 3]],
    ['7', [7]],
  ])('%j', (text, values) => {
    expect(readSeries(text)).toEqual([{ name: '', values }]);
  });

  it('may have a name above it', () => {
    expect(readSeries('"sales"\n1\n2')).toEqual([{ name: 'sales', values: [1, 2] }]);
  });

  it('is each column of a table that is of numbers alone', () => {
    expect(readSeries('date,high,note,low\n2024-01-01,5,a,1\n2024-01-02,6,,2')).toEqual([
      { name: 'high', values: [5, 6] },
      { name: 'low', values: [1, 2] },
    ]);
    expect(readSeries('1\t10\n2\t20')).toEqual([
      { name: '1', values: [1, 2] },
      { name: '2', values: [10, 20] },
    ]);
  });

  it.each(['', '   \n', 'one two', '1 2 x', 'a,b\nc,d', 'Infinity 1', '1 NaN'])('is not in %j', (text) => {
    expect(readSeries(text)).toEqual([]);
  });
});
