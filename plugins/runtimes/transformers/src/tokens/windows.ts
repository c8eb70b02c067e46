/** A part of a text that goes through the model at once, and the pieces whose labels are taken from it. */
export interface Window {
  readonly from: number;
  readonly to: number;
  readonly takeFrom: number;
  readonly takeTo: number;
}

/**
 * Windows of `size` pieces over `count`, which overlap by a quarter where there are several: a piece is judged where it has
 * text on both sides.
 */
export function windowsOf(count: number, size: number): Window[] {
  if (count <= size) return [{ from: 0, to: count, takeFrom: 0, takeTo: count }];
  const overlap = Math.floor(size / 4);
  const windows: Window[] = [];
  for (let from = 0, takeFrom = 0; takeFrom < count; ) {
    const to = Math.min(count, from + size);
    const takeTo = to === count ? count : to - Math.floor(overlap / 2);
    windows.push({ from, to, takeFrom, takeTo });
    takeFrom = takeTo;
    from = to - overlap;
  }
  return windows;
}
