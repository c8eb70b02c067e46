import { describe, expect, it } from '@jest/globals';
import { readFields, readRow } from './read-row';

const field = (name: string, type: 'number' | 'string' = 'number') => ({ name, type, description: undefined, required: true });
const fields = [field('a'), field('b'), field('c', 'string')];

describe('a pasted row', () => {
  it.each([
    ['values in the order of the fields', '1, 2.5,x'],
    ['a row of a spreadsheet', '1\t2.5\tx'],
    ['semicolons', '1;2.5;x'],
    ['quotes', '1,"2.5","x"'],
    ['names above, in any order, with others between', 'c,other,a,b\nx,9,1,2.5\n'],
    ['a JSON object', '{"a": 1, "b": 2.5, "c": "x", "other": 9}'],
  ])('is read: %s', (_what, text) => {
    expect(readRow(text, fields)).toEqual({ texts: { a: '1', b: '2.5', c: 'x' } });
  });

  it('keeps what quotes protect', () => {
    expect(readRow('1,2,"x, ""y"""', fields)).toEqual({ texts: { a: '1', b: '2', c: 'x, "y"' } });
  });

  it('says how many values were missing, and when it is no row at all', () => {
    expect(readRow('1,2', fields)).toEqual({ given: 2, wanted: 3 });
    expect(readRow('{"a": ', fields)).toBe('unread');
    expect(readRow(' \n', fields)).toBe('unread');
  });

  it('becomes an input of numbers and texts; what is missing or unreadable is named', () => {
    expect(readFields({ a: '1e3', b: ' 2 ', c: '3' }, fields)).toEqual({ input: { a: 1000, b: 2, c: '3' }, missing: [], unreadable: [] });
    expect(readFields({ a: '', b: 'two' }, fields)).toEqual({ input: {}, missing: ['a', 'c'], unreadable: ['b'] });
  });
});
