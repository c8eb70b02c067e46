import { inputErrors } from '@steelyard/runtime-kit';
import { Pixels } from './ops/bag.js';
import { IMAGE_FORMATS, imageFormatOf } from './image-format.js';
import { rejectAsInput } from './image-library.js';
import type { ImageLibrary } from './image-library.js';

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
export async function decodeImage(sharp: ImageLibrary, { field, bytes, color }: EncodedImage): Promise<Pixels> {
  if (!imageFormatOf(bytes)) {
    throw inputErrors.INVALID({ field, reason: `it is no image of a supported format (${IMAGE_FORMATS.join(', ')})` });
  }
  const image = sharp(bytes, { limitInputPixels: IMAGE_PIXELS_MAX, failOn: 'error', autoOrient: true, sequentialRead: true })
    .flatten({ background: '#ffffff' })
    .toColourspace(color === 'gray' ? 'b-w' : 'srgb');
  const { data, info } = await rejectAsInput(field, image.raw().toBuffer({ resolveWithObject: true }));
  const channels = color === 'gray' ? 1 : 3;
  return new Pixels(info.width, info.height, channels, withChannels(data, info.channels, channels));
}

/** libvips keeps one channel where the image is gray, whatever was asked for. */
function withChannels(data: Uint8Array, from: number, to: 1 | 3): Uint8Array {
  if (from === to) return data;
  const pixels = data.length / from;
  const result = new Uint8Array(pixels * to);
  for (let pixel = 0; pixel < pixels; pixel++) {
    for (let channel = 0; channel < to; channel++) result[pixel * to + channel] = data[pixel * from + Math.min(channel, from - 1)] as number;
  }
  return result;
}
