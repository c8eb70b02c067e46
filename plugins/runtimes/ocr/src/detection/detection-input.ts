import type { Tensor } from '@steelyard/wire';
import type { Picture } from '../picture.js';
import { resample } from './resample.js';

/** The network halves its picture five times. */
const MULTIPLE = 32;
/** PaddleOCR's: of blue, green and red in this order, though they were counted for red, green and blue. Its networks are trained with that. */
const MEAN = [0.485, 0.456, 0.406] as const;
const STD = [0.229, 0.224, 0.225] as const;

export interface SideLimits {
  /** Pictures whose shorter side is less are enlarged. */
  readonly sideMin: number;
  /** No side is longer than this. */
  readonly sideMax: number;
}

/** The picture as a text detector sees it: float32 `[1, 3, height, width]` in blue, green, red. */
export function detectionInput(picture: Picture, limits: SideLimits): Tensor {
  const { width, height } = seenSize(picture, limits);
  const pixels = resample(picture, width, height);
  const count = width * height;
  const data = new Float32Array(3 * count);
  for (let channel = 0; channel < 3; channel++) {
    const [mean, std] = [(MEAN[channel] as number) * 255, (STD[channel] as number) * 255];
    const plane = data.subarray(channel * count, (channel + 1) * count);
    for (let index = 0, from = 2 - channel; index < count; index++, from += 3) plane[index] = ((pixels[from] as number) - mean) / std;
  }
  return { dtype: 'float32', shape: [1, 3, height, width], data };
}

/** The longest side has the last word: a strip of a picture is not enlarged to a wall. */
export function seenSize({ width, height }: Pick<Picture, 'width' | 'height'>, { sideMin, sideMax }: SideLimits): { readonly width: number; readonly height: number } {
  const scale = Math.min(Math.max(1, sideMin / Math.min(width, height)), sideMax / Math.max(width, height));
  const side = (length: number): number => Math.min(Math.max(1, Math.round((length * scale) / MULTIPLE)), Math.max(1, Math.floor(sideMax / MULTIPLE))) * MULTIPLE;
  return { width: side(width), height: side(height) };
}
