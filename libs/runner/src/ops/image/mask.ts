import type { PostOp } from '@steelyard/model-package';
import { runtimeErrors } from '@steelyard/runtime-kit';
import { encodeGrayPng } from '../../images/gray-png.js';
import type { ImageView, Size } from '../../images/image-view.js';
import { imageOf, outputTensorOf } from '../bag.js';
import type { PostStep } from '../bag.js';

type MaskOp = Extract<PostOp, { op: 'mask' }>;

interface Grid extends Size {
  readonly values: Float32Array | Float64Array;
}

/**
 * Probabilities `[H, W]` or `[H, W, 1]` become `mask`, a gray PNG of the size of the image that was sent (white is 1), and
 * `coverage`, the share of that image's pixels with a probability of the threshold or more.
 */
export function mask(op: MaskOp): PostStep {
  return (bag) => {
    const view = imageOf(bag, op.input);
    const { data, shape } = outputTensorOf(bag, op.tensor);
    const values = data as Float32Array;
    const [height = 0, width = 0, channels = 1] = shape;
    if (shape.length < 2 || shape.length > 3 || channels !== 1 || values.length === 0) {
      throw runtimeErrors.OUTPUT_INVALID({ field: op.tensor, reason: `its shape is [${shape.join(', ')}], and a mask is [H, W] or [H, W, 1]` });
    }
    if (!values.every(Number.isFinite)) throw runtimeErrors.OUTPUT_INVALID({ field: op.tensor, reason: 'not all of its values are finite' });
    const { pixels, covered } = draw(op, view, { width, height, values });
    bag.delete(op.tensor);
    bag.set('mask', encodeGrayPng(view.source, pixels));
    bag.set('coverage', covered / pixels.length);
  };
}

function draw({ edges, threshold }: MaskOp, view: ImageView, { width, height, values }: Grid): { pixels: Uint8Array; covered: number } {
  const columns = placesOf(view.source.width, { ...view.x, seen: view.seen.width, cells: width });
  const rows = placesOf(view.source.height, { ...view.y, seen: view.seen.height, cells: height });
  const pixels = new Uint8Array(view.source.width * view.source.height);
  let covered = 0;
  let at = 0;
  for (const [row, rowShare] of rows.share.entries()) {
    const upper = (rows.first[row] as number) * width;
    const lower = (rows.second[row] as number) * width;
    for (const [column, share] of columns.share.entries()) {
      const first = columns.first[column] as number;
      const second = columns.second[column] as number;
      const above = mix(values[upper + first] as number, values[upper + second] as number, share);
      const below = mix(values[lower + first] as number, values[lower + second] as number, share);
      const value = rows.seen[row] && columns.seen[column] ? mix(above, below, rowShare) : 0;
      const isCovered = value >= threshold;
      if (isCovered) covered++;
      pixels[at++] = edges === 'hard' ? (isCovered ? 255 : 0) : Math.round(255 * Math.min(Math.max(value, 0), 1));
    }
  }
  return { pixels, covered };
}

const mix = (a: number, b: number, share: number): number => a + (b - a) * share;

/**
 * For each pixel of the image on one axis, the two cells of the grid between whose middles its own lies. Typed arrays: an
 * image may be one row of millions of pixels.
 */
interface Places {
  readonly first: Int32Array;
  readonly second: Int32Array;
  /** How much of the second, 0 to 1. */
  readonly share: Float32Array;
  /** Whether the model saw it, 1 or 0: `cover` cuts off. */
  readonly seen: Uint8Array;
}

function placesOf(length: number, axis: { readonly scale: number; readonly offset: number; readonly seen: number; readonly cells: number }): Places {
  const places = { first: new Int32Array(length), second: new Int32Array(length), share: new Float32Array(length), seen: new Uint8Array(length) };
  for (let pixel = 0; pixel < length; pixel++) {
    const seen = (pixel + 0.5) * axis.scale + axis.offset;
    const cell = Math.min(Math.max((seen * axis.cells) / axis.seen - 0.5, 0), axis.cells - 1);
    const first = Math.floor(cell);
    places.first[pixel] = first;
    places.second[pixel] = Math.min(first + 1, axis.cells - 1);
    places.share[pixel] = cell - first;
    places.seen[pixel] = seen >= 0 && seen <= axis.seen ? 1 : 0;
  }
  return places;
}
