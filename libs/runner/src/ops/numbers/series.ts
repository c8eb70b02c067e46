import type { PreOp } from '@steelyard/model-package';
import { inputErrors } from '@steelyard/runtime-kit';
import type { Step } from '../bag.js';

/** What a model makes of it, a sum or a trend, must still be a float of 32 bits. */
const VALUE_MAX = 1e30;

/** The last numbers of a list become one float32 tensor `[length]`, the oldest first. */
export function series({ input, tensor, length }: Extract<PreOp, { op: 'series' }>): Step {
  return (bag) => {
    const values = bag.get(input);
    if (!Array.isArray(values)) throw inputErrors.INVALID({ field: input, reason: values === undefined ? 'it is missing' : 'expected a list of numbers' });
    if (values.length < length) {
      throw inputErrors.INVALID({ field: input, reason: `it has ${values.length} numbers, and the model needs at least ${length}: the last ones are used` });
    }
    const data = Float32Array.from(values.slice(-length), Number);
    const wrong = data.findIndex((value) => !(Math.abs(value) <= VALUE_MAX));
    if (wrong >= 0) throw inputErrors.INVALID({ field: `${input}[${values.length - length + wrong}]`, reason: `expected a number from -${VALUE_MAX} to ${VALUE_MAX}` });
    bag.delete(input);
    bag.set(tensor, { dtype: 'float32', shape: [length], data });
  };
}
