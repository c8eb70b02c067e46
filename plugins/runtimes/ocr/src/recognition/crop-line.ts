import type { Tensor } from '@steelyard/wire';
import type { Rectangle } from '../detection/rectangle.js';
import type { Picture } from '../picture.js';

export interface CropSize {
  /** What the recognizer wants. */
  readonly height: number;
  /** Shorter lines are filled up with grey. */
  readonly widthMin: number;
  /** Longer lines are compressed. */
  readonly widthMax: number;
}

/** Samples of the picture for one pixel of the crop, on each axis: large letters would flicker otherwise, and more than that is not seen. */
const SAMPLES_MAX = 4;

/** A line cut out, turned level and scaled: float32 `[1, 3, height, width]` in blue, green, red, -1 to 1. */
export function cropLine(picture: Picture, line: Rectangle, { height, widthMin, widthMax }: CropSize): Tensor {
  const filled = Math.min(widthMax, Math.max(1, Math.round((height * line.width) / line.height)));
  const width = Math.max(filled, widthMin);
  const data = new Float32Array(3 * height * width);
  const samples = Math.min(SAMPLES_MAX, Math.max(1, Math.ceil(line.height / height)));
  const pixel: [number, number, number] = [0, 0, 0];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < filled; x++) {
      pixel.fill(0);
      for (let index = 0; index < samples * samples; index++) {
        const u = (x + ((index % samples) + 0.5) / samples) / filled - 0.5;
        const v = (y + (Math.floor(index / samples) + 0.5) / samples) / height - 0.5;
        addSample(picture, placeOf(line, u * line.width, v * line.height), pixel);
      }
      for (let channel = 0; channel < 3; channel++) data[(channel * height + y) * width + x] = (pixel[2 - channel] as number) / (samples * samples * 127.5) - 1;
    }
  }
  return { dtype: 'float32', shape: [1, 3, height, width], data };
}

/** The same line read from the top down: what was its right side is above. */
export function turnedDown({ centre, along, width, height }: Rectangle): Rectangle {
  return { centre, along: { x: -along.y, y: along.x }, width: height, height: width };
}

function placeOf({ centre, along }: Rectangle, u: number, v: number): { readonly x: number; readonly y: number } {
  return { x: centre.x + u * along.x - v * along.y, y: centre.y + u * along.y + v * along.x };
}

/** Adds what lies at a place between the middles of four pixels. Beside the picture is the colour of its edge. */
function addSample({ width, height, data }: Picture, place: { readonly x: number; readonly y: number }, pixel: [number, number, number]): void {
  const x = Math.min(Math.max(place.x - 0.5, 0), width - 1);
  const y = Math.min(Math.max(place.y - 0.5, 0), height - 1);
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const [right, bottom] = [Math.min(left + 1, width - 1), Math.min(top + 1, height - 1)];
  const [toRight, toBottom] = [x - left, y - top];
  for (let channel = 0; channel < 3; channel++) {
    const at = (column: number, row: number): number => data[(row * width + column) * 3 + channel] as number;
    const above = at(left, top) * (1 - toRight) + at(right, top) * toRight;
    const below = at(left, bottom) * (1 - toRight) + at(right, bottom) * toRight;
    pixel[channel] = (pixel[channel] as number) + above * (1 - toBottom) + below * toBottom;
  }
}
