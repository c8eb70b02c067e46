import type { Picture } from '../picture.js';

/** What a pixel of the result is made of: `weights` of the pixels from `first` on. */
interface Tap {
  readonly first: number;
  readonly weights: Float32Array;
}

/**
 * A picture in another size, as float32 with channels interleaved. Between pixels it is linear; where it shrinks, every pixel counts, so
 * that thin strokes fade instead of falling through.
 */
export function resample(picture: Picture, width: number, height: number): Float32Array {
  const narrow = resampleRows(picture, taps(picture.width, width));
  const rowLength = width * 3;
  const result = new Float32Array(height * rowLength);
  for (const [y, { first, weights }] of taps(picture.height, height).entries()) {
    const row = result.subarray(y * rowLength, (y + 1) * rowLength);
    for (const [offset, weight] of weights.entries()) {
      const from = (first + offset) * rowLength;
      for (let x = 0; x < rowLength; x++) row[x] = (row[x] as number) + weight * (narrow[from + x] as number);
    }
  }
  return result;
}

function resampleRows({ width, height, data }: Picture, columns: readonly Tap[]): Float32Array {
  const result = new Float32Array(height * columns.length * 3);
  let to = 0;
  for (let y = 0; y < height; y++) {
    for (const { first, weights } of columns) {
      let [r, g, b] = [0, 0, 0];
      let from = (y * width + first) * 3;
      for (let index = 0; index < weights.length; index++, from += 3) {
        const weight = weights[index] as number;
        r += weight * (data[from] as number);
        g += weight * (data[from + 1] as number);
        b += weight * (data[from + 2] as number);
      }
      result[to++] = r;
      result[to++] = g;
      result[to++] = b;
    }
  }
  return result;
}

/** A triangle over the pixels around each place, as wide as the step between places, or as a pixel where it enlarges. */
function taps(from: number, to: number): Tap[] {
  const step = from / to;
  const reach = Math.max(1, step);
  return Array.from({ length: to }, (_, place) => {
    const centre = (place + 0.5) * step;
    const first = Math.max(0, Math.ceil(centre - reach - 0.5));
    const last = Math.max(first, Math.min(from - 1, Math.floor(centre + reach - 0.5)));
    const weights = Float32Array.from({ length: last - first + 1 }, (_unused, index) => Math.max(0, 1 - Math.abs(first + index + 0.5 - centre) / reach));
    const sum = weights.reduce((total, weight) => total + weight, 0);
    return { first, weights: sum > 0 ? weights.map((weight) => weight / sum) : weights.fill(1 / weights.length) };
  });
}
