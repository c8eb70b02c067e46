import type { JsonObject } from '../../draft';
import { objectOf } from '../../input-form';
import { isNumber } from '../read';

/** In pixels of the image, from its upper left corner. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface ImageSize {
  readonly width: number;
  readonly height: number;
}

export function boxOf(value: unknown): Box | undefined {
  const { x, y, width, height } = objectOf(value);
  return isNumber(x) && isNumber(y) && isNumber(width) && isNumber(height) ? { x, y, width, height } : undefined;
}

export function sizeOf({ width, height }: JsonObject): ImageSize | undefined {
  return isNumber(width) && isNumber(height) && width > 0 && height > 0 ? { width, height } : undefined;
}

/** The part of the box that is within the image, in percent of it. */
export function placeOf({ x, y, width, height }: Box, size: ImageSize): { left: number; top: number; width: number; height: number } {
  const [left, right] = [percent(x, size.width), percent(x + width, size.width)];
  const [top, bottom] = [percent(y, size.height), percent(y + height, size.height)];
  return { left, top, width: Math.max(0, right - left), height: Math.max(0, bottom - top) };
}

export function percent(value: number, of: number): number {
  return Math.min(100, Math.max(0, (value / of) * 100));
}
