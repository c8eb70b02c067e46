import { inputErrors, reasonOf } from '@steelyard/runtime-kit';
import type Sharp from 'sharp';

export type ImageLibrary = typeof Sharp;

let library: Promise<ImageLibrary> | undefined;

/**
 * sharp (libvips), loaded by the first image that needs it (0.1 s, 15 MB that many runners never spend), and set up for many small independent images: no cache of
 * operations (inputs do not repeat, memory is counted) and one thread an image (the model has the cores).
 */
export function loadImageLibrary(): Promise<ImageLibrary> {
  library ??= import('sharp').then(({ default: sharp }) => {
    sharp.cache(false);
    sharp.concurrency(1);
    return sharp;
  });
  return library;
}

/** Whatever libvips says of an image is the sender's to know. */
export async function rejectAsInput<T>(field: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw inputErrors.INVALID({ field, reason: `the image cannot be read: ${reasonOf(error)}` });
  }
}
