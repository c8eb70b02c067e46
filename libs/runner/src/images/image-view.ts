/** How an image was brought to a size by `resize`. */
export type Fit = 'fill' | 'contain' | 'cover';

export interface Size {
  readonly width: number;
  readonly height: number;
}

interface Axis {
  readonly scale: number;
  readonly offset: number;
}

const UNTOUCHED: Axis = { scale: 1, offset: 0 };

/**
 * Where the pixels that a model sees lie in the image that was sent: `seen = sent * scale + offset`, on each axis, in pixels
 * from the upper left corner.
 */
export class ImageView {
  private constructor(
    /** The image that was sent, upright. */
    readonly source: Size,
    /** What the model sees. */
    readonly seen: Size,
    readonly x: Axis,
    readonly y: Axis,
  ) {}

  static of({ width, height }: Size): ImageView {
    return new ImageView({ width, height }, { width, height }, UNTOUCHED, UNTOUCHED);
  }

  /** The same image after a resize, which centres what it fits in or cuts off, by whole pixels. */
  resized({ width, height, fit }: Size & { readonly fit: Fit }): ImageView {
    const ratios = [width / this.seen.width, height / this.seen.height] as const;
    const ratio = fit === 'cover' ? Math.max(...ratios) : Math.min(...ratios);
    const axis = (before: Axis, from: number, to: number): Axis => {
      const length = fit === 'fill' ? to : Math.max(1, Math.round(from * ratio));
      const scale = length / from;
      return { scale: before.scale * scale, offset: before.offset * scale + Math.floor((to - length) / 2) };
    };
    return new ImageView(this.source, { width, height }, axis(this.x, this.seen.width, width), axis(this.y, this.seen.height, height));
  }

  /** A place in what the model sees, as a place in the image that was sent; it may lie outside. */
  toSource(x: number, y: number): { readonly x: number; readonly y: number } {
    return { x: (x - this.x.offset) / this.x.scale, y: (y - this.y.offset) / this.y.scale };
  }
}
