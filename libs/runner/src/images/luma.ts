import { Pixels } from './pixels.js';

/**
 * Gray as models are trained with it: ITU-R BT.601 luma of the 8-bit values, in the fixed point of Pillow's `convert('L')`.
 * (libvips' own gray is luminance in linear light, which differs by up to 50 of 255 in saturated colours.) A gray pixel
 * stays exactly what it is.
 */
const [RED, GREEN, BLUE, HALF, SHIFT] = [19_595, 38_470, 7_471, 0x8000, 16] as const;

/** The same image with one channel or three. */
export function toColor(pixels: Pixels, color: 'gray' | 'rgb'): Pixels {
  const channels = color === 'gray' ? 1 : 3;
  if (pixels.channels === channels) return pixels;
  const { width, height, data } = pixels;
  const count = width * height;
  const result = new Uint8Array(count * channels);
  for (let pixel = 0; pixel < count; pixel++) {
    const at = pixel * 3;
    if (channels === 3) result.fill(data[pixel] as number, at, at + 3);
    else {
      const [r, g, b] = [data[at] as number, data[at + 1] as number, data[at + 2] as number];
      result[pixel] = (r * RED + g * GREEN + b * BLUE + HALF) >> SHIFT;
    }
  }
  return new Pixels(width, height, channels, result);
}
