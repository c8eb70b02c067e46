import type { PreOp } from '@steelyard/model-package';
import { decodeImage } from '../decode-image.js';
import { readPlainPng } from '../plain-png.js';
import { readMedia } from '../read-media.js';
import { loadImageLibrary } from '../image-library.js';
import type { Step } from './bag.js';

/** An encoded image becomes 8-bit pixels, gray or RGB: upright (EXIF orientation), transparency on white, sRGB. */
export async function decode(op: Extract<PreOp, { op: 'decode' }>): Promise<Step> {
  const sharp = await loadImageLibrary();
  return (bag) => {
    const bytes = readMedia(op.input, bag.get(op.input));
    const plain = readPlainPng(bytes, op.color);
    if (plain) {
      bag.set(op.input, plain);
      return undefined;
    }
    return decodeImage(sharp, { field: op.input, bytes, color: op.color }).then((pixels) => {
      bag.set(op.input, pixels);
    });
  };
}
