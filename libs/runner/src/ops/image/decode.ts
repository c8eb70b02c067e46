import type { PreOp } from '@steelyard/model-package';
import { decodeImage } from '../../images/decode-image.js';
import { ImageView } from '../../images/image-view.js';
import type { Pixels } from '../../images/pixels.js';
import { readPlainPng } from '../../images/plain-png.js';
import { readMedia } from '../../read-media.js';
import type { Step } from '../bag.js';

/** An encoded image becomes 8-bit pixels, gray or RGB: upright (EXIF orientation), transparency on white, sRGB. */
export function decode({ input, color }: Extract<PreOp, { op: 'decode' }>): Step {
  return (bag) => {
    const bytes = readMedia(input, bag.get(input));
    const take = (pixels: Pixels): void => {
      bag.set(input, pixels);
      bag.images.set(input, ImageView.of(pixels));
    };
    const plain = readPlainPng(bytes, color);
    return plain ? take(plain) : decodeImage({ field: input, bytes, color }).then(take);
  };
}
