import { describe, expect, it } from '@jest/globals';
import { readTensor, tensorRuleOf, tensorText } from './tensor-text';

describe('a tensor that is typed', () => {
  it.each([
    ['1, 2.5 -3e2', { dtype: 'float32', shape: [3] }, [3], [1, 2.5, -300]],
    ['1 2\n3 4', { dtype: 'float32', shape: [2, 2] }, [2, 2], [1, 2, 3, 4]],
    ['1,2,3,4,5,6', { dtype: 'int32', shape: [-1, 3] }, [2, 3], [1, 2, 3, 4, 5, 6]],
    ['1,2', { dtype: 'float32', shape: [-1, -1] }, [1, 2], [1, 2]],
    ['', { dtype: 'float32', shape: [-1] }, [0], []],
    ['7', { dtype: 'float32', shape: [] }, [], [7]],
    ['9007199254740993, 2', { dtype: 'int64', shape: [-1] }, [2], ['9007199254740993', 2]],
    ['true 0', { dtype: 'bool', shape: [2] }, [2], [true, false]],
    ['a b\nc', { dtype: 'string', shape: [-1] }, [2], ['a b', 'c']],
  ])('%j as %j', (text, rule, shape, data) => {
    expect(readTensor(text, rule)).toEqual({ tensor: { dtype: rule.dtype, shape, data } });
  });

  it('may be base64', () => {
    expect(readTensor('AACAPwAAAEA=', { dtype: 'float32', shape: [2] })).toEqual({ tensor: { dtype: 'float32', shape: [2], data: 'AACAPwAAAEA=' } });
  });

  it('says what is wrong with it', () => {
    expect(readTensor('1, two', { dtype: 'float32', shape: [2] })).toEqual({ problem: 'not-a-number', text: 'two' });
    expect(readTensor('1.5', { dtype: 'int64', shape: [1] })).toEqual({ problem: 'not-a-number', text: '1.5' });
    expect(readTensor('1, 2, 3', { dtype: 'float32', shape: [2] })).toEqual({ problem: 'count', count: 3 });
    expect(readTensor('1, 2, 3', { dtype: 'float32', shape: [-1, 2] })).toEqual({ problem: 'count', count: 3 });
  });

  it('is shown as it was, and told from other fields', () => {
    expect(tensorText({ dtype: 'float32', shape: [2], data: [1, 2.5] })).toBe('1, 2.5');
    expect(tensorText({ dtype: 'string', shape: [2], data: ['a', 'b'] })).toBe('a\nb');
    expect(tensorText({ dtype: 'float32', shape: [2], data: 'AAAA' })).toBe('AAAA');
    expect(tensorText(undefined)).toBe('');
    expect(tensorRuleOf({ 'x-tensor': { dtype: 'int64', shape: [-1] } })).toEqual({ dtype: 'int64', shape: [-1] });
    expect(tensorRuleOf({ type: 'string' })).toBeUndefined();
  });
});
