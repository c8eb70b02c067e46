import type { PreOp } from '@steelyard/model-package';
import { inputErrors } from '@steelyard/runtime-kit';
import type { Step } from '../bag.js';

/** Numeric fields, in the order given, become one float32 tensor `[n]`. */
export function columns(op: Extract<PreOp, { op: 'columns' }>): Step {
  return (bag) => {
    const data = new Float32Array(op.columns.length);
    for (const [index, column] of op.columns.entries()) {
      data[index] = numberOf(column, bag.get(column));
    }
    for (const column of op.columns) bag.delete(column);
    bag.set(op.tensor, { dtype: 'float32', shape: [data.length], data });
  };
}

function numberOf(field: string, value: unknown): number {
  const number = typeof value === 'bigint' ? Number(value) : value;
  if (typeof number === 'number' && Number.isFinite(number)) return number;
  throw inputErrors.INVALID({ field, reason: value === undefined ? 'it is missing' : 'expected a finite number' });
}
