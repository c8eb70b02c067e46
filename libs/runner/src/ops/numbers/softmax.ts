import type { PostOp } from '@steelyard/model-package';
import type { PostStep } from '../bag.js';
import { outputTensorOf } from '../bag.js';

/** Scores along the last axis become probabilities that sum to 1, in place. The largest is taken off first, so that nothing overflows. */
export function softmax(op: Extract<PostOp, { op: 'softmax' }>): PostStep {
  return (bag) => {
    const { data, shape } = outputTensorOf(bag, op.tensor);
    const size = shape.at(-1) ?? 1;
    for (let start = 0; start < data.length; start += size) softmaxInPlace(data.subarray(start, start + size));
  };
}

function softmaxInPlace(row: Float32Array | Float64Array): void {
  let max = -Infinity;
  for (const value of row) if (value > max) max = value;
  let sum = 0;
  for (let i = 0; i < row.length; i++) sum += row[i] = Math.exp((row[i] as number) - max);
  for (let i = 0; i < row.length; i++) row[i] = (row[i] as number) / sum;
}
