import type { Pixels } from './pixels.js';

/** The mean of the outermost pixels, one number a channel, 0 to 255. */
export function borderMean({ width, height, channels, data }: Pixels): number[] {
  const sums = new Array<number>(channels).fill(0);
  let count = 0;
  const add = (x: number, y: number): void => {
    const at = (y * width + x) * channels;
    for (let channel = 0; channel < channels; channel++) sums[channel] = (sums[channel] as number) + (data[at + channel] as number);
    count += 1;
  };
  for (let x = 0; x < width; x++) {
    add(x, 0);
    if (height > 1) add(x, height - 1);
  }
  for (let y = 1; y < height - 1; y++) {
    add(0, y);
    if (width > 1) add(width - 1, y);
  }
  return sums.map((sum) => sum / count);
}
