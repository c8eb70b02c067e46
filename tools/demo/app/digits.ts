import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeGrayPng } from './png.js';

const SIDE = 28;
const IMAGES_HEADER_BYTES = 16;
const LABELS_HEADER_BYTES = 8;

/** Every `step`-th image of the MNIST test set (IDX files), as a PNG file's bytes with the digit it shows. */
export function readDigits(dir: string, step: number): { image: Uint8Array; digit: string }[] {
  const images = readFileSync(join(dir, 't10k-images-idx3-ubyte')).subarray(IMAGES_HEADER_BYTES);
  const labels = readFileSync(join(dir, 't10k-labels-idx1-ubyte')).subarray(LABELS_HEADER_BYTES);
  const digits = [];
  for (let n = 0; n < labels.length; n += step) {
    const pixels = images.subarray(n * SIDE * SIDE, (n + 1) * SIDE * SIDE);
    digits.push({ image: encodeGrayPng(pixels, SIDE, SIDE), digit: String(labels[n]) });
  }
  return digits;
}
