import { describe, expect, it } from '@jest/globals';
import type { Tensor } from '@steelyard/wire';
import { checkItem, groupItems, stack, unstack } from './batch.js';

const spec = { name: 'x', dtype: 'float32', shape: [-1] } as const;
const floats = (...data: number[]): Tensor => ({ dtype: 'float32', shape: [data.length], data: Float32Array.from(data) });

describe('checkItem', () => {
  it('accepts the declared tensors and values that are no tensors', () => {
    expect(() => checkItem({ x: floats(1, 2), note: 'kept' }, [spec])).not.toThrow();
  });

  it.each([
    [{}, /missing.*x: float32 \[\?\]/],
    [{ x: 3 }, /not a tensor/],
    [{ x: { dtype: 'int64', shape: [1], data: new BigInt64Array(1) } }, /int64 \[1\].*takes x: float32/],
    [{ x: { dtype: 'float32', shape: [1, 1], data: new Float32Array(1) } }, /float32 \[1, 1\]/],
    [{ x: floats(1), z: floats(1) }, /no such input.*takes x/],
  ])('refuses %j and names what the model takes', (item, message) => {
    expect(() => checkItem(item, [spec])).toThrow(expect.objectContaining({ code: 'INPUT.INVALID', message: expect.stringMatching(message) }));
  });
});

describe('groupItems', () => {
  it('keeps items of one shape together, in order of their first', () => {
    const items = [floats(1), floats(1, 2), floats(3), floats(4, 5)].map((x) => ({ x }));
    expect(groupItems(items, [spec])).toEqual([[0, 2], [1, 3]]);
  });

  it('begins another group when one is full', () => {
    const items = Array.from({ length: 5 }, () => ({ x: floats(1) }));
    expect(groupItems(items, [spec], 2)).toEqual([[0, 1], [2, 3], [4]]);
  });
});

describe('stack and unstack', () => {
  it.each<[string, Tensor, Tensor]>([
    ['float32', floats(1, 2), floats(3, 4)],
    ['int64', { dtype: 'int64', shape: [1, 1], data: BigInt64Array.of(1n) }, { dtype: 'int64', shape: [1, 1], data: BigInt64Array.of(-2n) }],
    ['bool', { dtype: 'bool', shape: [], data: Uint8Array.of(1) }, { dtype: 'bool', shape: [], data: Uint8Array.of(0) }],
    ['string', { dtype: 'string', shape: [2], data: ['a', 'b'] }, { dtype: 'string', shape: [2], data: ['c', ''] }],
    ['no elements', floats(), floats()],
  ])('are each other\'s inverse: %s', (_name, first, second) => {
    const batch = stack([{ x: first }, { x: second }], spec);
    expect(batch.shape).toEqual([2, ...first.shape]);
    expect(unstack(batch, 2)).toEqual([first, second]);
  });

  it('does not copy a lone item', () => {
    const x = floats(1, 2);
    expect(stack([{ x }], spec)).toEqual({ dtype: 'float32', shape: [1, 2], data: x.data });
    expect(stack([{ x }], spec).data).toBe(x.data);
  });

  it('refuses to split what is no batch of that size', () => {
    expect(() => unstack(floats(1, 2, 3), 2, 'y')).toThrow(expect.objectContaining({ code: 'RUNTIME.OUTPUT_INVALID' }));
    expect(() => unstack({ dtype: 'float32', shape: [], data: new Float32Array(1) }, 1)).toThrow(/batch/);
  });
});
