import type { PostOp } from '@steelyard/model-package';
import type { PostStep } from './bag.js';
import { outputTensorOf } from './bag.js';

/** A tensor becomes a field with a plain list of its numbers, in their order. */
export function numbers({ tensor, field }: Extract<PostOp, { op: 'numbers' }>): PostStep {
  return (bag) => {
    const { data } = outputTensorOf(bag, tensor);
    bag.delete(tensor);
    bag.set(field, [...data]);
  };
}
