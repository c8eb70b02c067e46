import type { Rectangle } from './detection/rectangle.js';

/** A line of text where it stands. */
export interface PlacedLine {
  readonly place: Rectangle;
}

/** Lines stand in one row where they share so much of the lower one's height. */
const SHARED_MIN = 0.5;

/** Where a line begins, and from where to where it reaches across the direction of reading. */
interface Extent<Line> {
  readonly line: Line;
  readonly start: number;
  readonly top: number;
  readonly bottom: number;
}

/**
 * Rows from top to bottom, each from left to right, on a page that may be turned as its lines are. Columns are not known: what stands
 * side by side is one row.
 */
export function rowsOf<Line extends PlacedLine>(lines: readonly Line[]): Line[][] {
  const along = directionOf(lines);
  const extents = lines.map((line): Extent<Line> => {
    const { centre, width, height } = line.place;
    const middle = centre.y * along.x - centre.x * along.y;
    return { line, start: centre.x * along.x + centre.y * along.y - width / 2, top: middle - height / 2, bottom: middle + height / 2 };
  });
  const rows: Extent<Line>[][] = [];
  for (const extent of extents.sort((a, b) => a.top + a.bottom - b.top - b.bottom)) {
    const row = rows.at(-1);
    if (row && shareRow(row.at(-1) as Extent<Line>, extent)) row.push(extent);
    else rows.push([extent]);
  }
  return rows.map((row) => row.sort((a, b) => a.start - b.start).map(({ line }) => line));
}

/** Long lines have a say by their length: how a short one is turned is not well known. */
function directionOf(lines: readonly PlacedLine[]): { readonly x: number; readonly y: number } {
  let [x, y] = [0, 0];
  for (const { place: { along, width, height } } of lines) {
    if (width <= height) continue;
    x += along.x * width;
    y += along.y * width;
  }
  const length = Math.hypot(x, y);
  return length > 0 ? { x: x / length, y: y / length } : { x: 1, y: 0 };
}

function shareRow(a: Extent<unknown>, b: Extent<unknown>): boolean {
  const shared = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
  return shared > SHARED_MIN * Math.min(a.bottom - a.top, b.bottom - b.top);
}
