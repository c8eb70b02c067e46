import type { PreOp } from '@steelyard/model-package';
import { borderMean } from '../../images/border.js';
import { ImageView } from '../../images/image-view.js';
import { loadImageLibrary, rejectAsInput } from '../../images/image-library.js';
import { Pixels } from '../../images/pixels.js';
import type { Step } from '../bag.js';
import { pixelsOf } from '../bag.js';

type ResizeOp = Extract<PreOp, { op: 'resize' }>;

/** An image of the width and height asked for. One that has them already is not touched. */
export function resize(op: ResizeOp): Step {
  return (bag) => {
    const pixels = pixelsOf(bag, op.input);
    if (pixels.width === op.width && pixels.height === op.height) return undefined;
    return resized(op, pixels).then((result) => {
      bag.set(op.input, result);
      bag.images.set(op.input, (bag.images.get(op.input) ?? ImageView.of(pixels)).resized(op));
    });
  };
}

async function resized(op: ResizeOp, pixels: Pixels): Promise<Pixels> {
  const sharp = await loadImageLibrary();
  const { width, height, fit } = op;
  const raw = { width: pixels.width, height: pixels.height, channels: pixels.channels };
  const image = sharp(pixels.data, { raw, limitInputPixels: false }).resize({ width, height, fit, background: backgroundOf(op, pixels) });
  const { data, info } = await rejectAsInput(op.input, image.raw().toBuffer({ resolveWithObject: true }));
  return new Pixels(width, height, pixels.channels, firstChannels(data, info.channels, pixels.channels));
}

type Color = { readonly r: number; readonly g: number; readonly b: number; readonly alpha: number };

/** What fills the bars beside an image that was fitted in whole: a gray, or the colour its border has on average. */
function backgroundOf({ background }: ResizeOp, pixels: Pixels): Color {
  const [r = 0, g = r, b = r] = background === 'auto' ? borderMean(pixels).map(Math.round) : [background];
  return { r, g, b, alpha: 1 };
}

/** Where bars were added to a gray image, libvips gives it as many channels as the bars' colour has. */
function firstChannels(data: Uint8Array, from: number, to: 1 | 3): Uint8Array {
  if (from === to) return data;
  return Uint8Array.from({ length: (data.length / from) * to }, (_, index) => data[Math.floor(index / to) * from + (index % to)] as number);
}
