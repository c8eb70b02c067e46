import type { PreOp } from '@steelyard/model-package';
import { loadImageLibrary, rejectAsInput } from '../image-library.js';
import { borderMean } from './border.js';
import type { Step } from './bag.js';
import { Pixels, pixelsOf } from './bag.js';

type ResizeOp = Extract<PreOp, { op: 'resize' }>;

/** An image of the width and height asked for. One that has them already is not touched. */
export async function resize(op: ResizeOp): Promise<Step> {
  const sharp = await loadImageLibrary();
  const { width, height, fit } = op;
  return (bag) => {
    const pixels = pixelsOf(bag, op.input);
    if (pixels.width === width && pixels.height === height) return undefined;
    const raw = { width: pixels.width, height: pixels.height, channels: pixels.channels };
    const resized = sharp(pixels.data, { raw, limitInputPixels: false }).resize({ width, height, fit, background: backgroundOf(op, pixels) });
    return rejectAsInput(op.input, resized.raw().toBuffer()).then((data) => {
      bag.set(op.input, new Pixels(width, height, pixels.channels, data));
    });
  };
}

type Color = { readonly r: number; readonly g: number; readonly b: number; readonly alpha: number };

/** What fills the bars beside an image that was fitted in whole: a gray, or the colour its border has on average. */
function backgroundOf({ background }: ResizeOp, pixels: Pixels): Color {
  const [r, g = r, b = r] = background === 'auto' ? borderMean(pixels).map(Math.round) : [background];
  return { r: r as number, g: g as number, b: b as number, alpha: 1 };
}
