import type { PostOp } from '@steelyard/model-package';
import type { PostStep } from '../bag.js';
import { outputTensorOf } from '../bag.js';

/** A tensor becomes a field with its numbers in a plain list, row by row. */
export function numbers(op: Extract<PostOp, { op: 'numbers' }>): PostStep {
  return (bag) => {
    const list = Array.from(outputTensorOf(bag, op.tensor).data);
    bag.delete(op.tensor);
    bag.set(op.field, list);
  };
}
