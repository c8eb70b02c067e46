import type { PreOp } from '@steelyard/model-package';
import { borderMean } from '../../images/border.js';
import { Pixels } from '../../images/pixels.js';
import type { Step } from '../bag.js';
import { pixelsOf } from '../bag.js';

const MIDDLE = 127;

/** Light becomes dark and dark light: always, or (`auto`) only when the border is lighter than middle gray. */
export function invert(op: Extract<PreOp, { op: 'invert' }>): Step {
  return (bag) => {
    const pixels = pixelsOf(bag, op.input);
    if (op.when === 'auto' && !hasLightBorder(pixels)) return;
    const data = pixels.data.map((value) => 255 - value);
    bag.set(op.input, new Pixels(pixels.width, pixels.height, pixels.channels, data));
  };
}

function hasLightBorder(pixels: Pixels): boolean {
  const means = borderMean(pixels);
  return means.reduce((sum, mean) => sum + mean, 0) / means.length > MIDDLE;
}
