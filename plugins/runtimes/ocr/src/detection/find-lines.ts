import type { Picture } from '../picture.js';
import { components } from './components.js';
import type { ProbabilityMap } from './components.js';
import { rectangleAround, stretch, unclip } from './rectangle.js';
import type { Rectangle } from './rectangle.js';

export interface LineOptions {
  /** From which probability on a place of the map is text. */
  readonly mapThreshold: number;
  /** Lines whose places have a lower mean are left out. */
  readonly boxThreshold: number;
  /** How much of its area over its perimeter a box grows by. */
  readonly unclipRatio: number;
  /** At most so many lines. */
  readonly linesMax: number;
}

/** Places of the map; smaller ones are noise. */
const SIDE_MIN = 3;

/** Where the lines of text are, in pixels of the picture, by the map that differentiable binarization (DB) gives. */
export function findLines(map: ProbabilityMap, { width, height }: Pick<Picture, 'width' | 'height'>, options: LineOptions): Rectangle[] {
  return components(map, { threshold: options.mapThreshold, countMax: options.linesMax })
    .filter(({ score }) => score >= options.boxThreshold)
    .map(({ outline }) => rectangleAround(outline))
    .filter((rectangle) => Math.min(rectangle.width, rectangle.height) >= SIDE_MIN)
    .map((rectangle) => stretch(unclip(rectangle, options.unclipRatio), width / map.width, height / map.height));
}
