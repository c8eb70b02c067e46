import type { PreOp } from '@steelyard/model-package';
import type { Step } from '../bag.js';
import { pixelsOf } from '../bag.js';

/** Pixels become a uint8 tensor `[H, W, C]` as they are: a quarter of what they are as numbers, for a model that takes any size. */
export function pixels(op: Extract<PreOp, { op: 'pixels' }>): Step {
  return (bag) => {
    const { width, height, channels, data } = pixelsOf(bag, op.input);
    bag.delete(op.input);
    bag.set(op.tensor, { dtype: 'uint8', shape: [height, width, channels], data: new Uint8Array(data.buffer, data.byteOffset, data.length) });
  };
}
