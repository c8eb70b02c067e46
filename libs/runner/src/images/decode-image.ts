import { inputErrors } from '@steelyard/runtime-kit';
import { IMAGE_FORMATS, imageFormatOf } from './image-format.js';
import { loadImageLibrary, rejectAsInput } from './image-library.js';
import { toColor } from './luma.js';
import { Pixels } from './pixels.js';

/** More than any phone's camera makes; 150 MB as RGB. Declared sizes are checked before anything is decoded. */
export const IMAGE_PIXELS_MAX = 50_000_000;

export interface EncodedImage {
  /** For messages. */
  readonly field: string;
  readonly bytes: Uint8Array;
  readonly color: 'gray' | 'rgb';
}

/**
 * Decodes an image of a supported format with libvips: turned upright, transparency flattened on white, converted to 8-bit
 * sRGB or gray; the first page of an animation.
 * @throws AppError `INPUT.INVALID`.
 */
export async function decodeImage({ field, bytes, color }: EncodedImage): Promise<Pixels> {
  if (!imageFormatOf(bytes)) {
    throw inputErrors.INVALID({ field, reason: `it is no image of a supported format (${IMAGE_FORMATS.join(', ')})` });
  }
  const sharp = await loadImageLibrary();
  const image = sharp(bytes, { limitInputPixels: IMAGE_PIXELS_MAX, failOn: 'error', autoOrient: true, sequentialRead: true })
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb');
  const { data, info } = await rejectAsInput(field, image.raw().toBuffer({ resolveWithObject: true }));
  return toColor(new Pixels(info.width, info.height, info.channels === 1 ? 1 : 3, data), color);
}
