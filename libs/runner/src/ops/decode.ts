import type { PreOp } from '@steelyard/model-package';
import { decodeImage } from '../images/decode-image.js';
import { readPlainPng } from '../images/plain-png.js';
import { readMedia } from '../read-media.js';
import type { Step } from './bag.js';

/** An encoded image becomes 8-bit pixels, gray or RGB: upright (EXIF orientation), transparency on white, sRGB. */
export function decode({ input, color }: Extract<PreOp, { op: 'decode' }>): Step {
  return (bag) => {
    const bytes = readMedia(input, bag.get(input));
    const plain = readPlainPng(bytes, color);
    if (plain) {
      bag.set(input, plain);
      return undefined;
    }
    return decodeImage({ field: input, bytes, color }).then((pixels) => {
      bag.set(input, pixels);
    });
  };
}
