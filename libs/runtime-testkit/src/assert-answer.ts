import assert from 'node:assert/strict';
import type { Item } from '@steelyard/runtime-kit';
import { isTensor } from '@steelyard/wire';

/** Fails unless an answer is the expected one; numbers of floating-point tensors may be off by `tolerance`. */
export function assertAnswer(actual: Item | Error | undefined, expected: Item, tolerance: number): void {
  if (actual instanceof Error) throw actual;
  assert.ok(actual, 'there is no answer');
  assert.deepEqual(Object.keys(actual).sort(), Object.keys(expected).sort());
  for (const [name, wanted] of Object.entries(expected)) {
    const got: unknown = actual[name];
    if (!isTensor(wanted)) {
      assert.deepEqual(got, wanted, name);
      continue;
    }
    assert.ok(isTensor(got), `${name} is no tensor`);
    assert.deepEqual([got.dtype, [...got.shape]], [wanted.dtype, [...wanted.shape]], name);
    assert.equal(got.data.length, wanted.data.length, name);
    for (const [index, value] of wanted.data.entries()) {
      const other: unknown = got.data[index];
      const near = typeof value === 'number' && typeof other === 'number' && Math.abs(value - other) <= tolerance * Math.max(1, Math.abs(value));
      assert.ok(near || Object.is(value, other), `${name}[${index}] is ${String(other)}, expected ${String(value)}`);
    }
  }
}
