import type { Point } from './components.js';

/** A rectangle that may be turned: a line of text. */
export interface Rectangle {
  readonly centre: Point;
  /** The direction of its width, a unit vector that points to the right, within 45 degrees of level. */
  readonly along: Point;
  readonly width: number;
  readonly height: number;
}

/** Small ones come out turned at random; a turn must be worth it. */
const TURNED_AREA_MAX = 0.9;
const LEVEL: Point = { x: 1, y: 0 };

/** The smallest rectangle around points; a level one unless a turned one is clearly smaller. */
export function rectangleAround(points: readonly Point[]): Rectangle {
  const hull = convexHull(points);
  const level = fit(hull, LEVEL);
  let best = level;
  for (const [index, from] of hull.entries()) {
    const to = hull[(index + 1) % hull.length] as Point;
    const turned = fit(hull, nearLevel(to.x - from.x, to.y - from.y));
    if (areaOf(turned) < areaOf(best)) best = turned;
  }
  return areaOf(best) < TURNED_AREA_MAX * areaOf(level) ? best : level;
}

/** Larger on every side by the distance that a share of its area makes over its perimeter, as DB's authors do: the network shrinks lines before it learns them. */
export function unclip(rectangle: Rectangle, ratio: number): Rectangle {
  const { width, height } = rectangle;
  const distance = (width * height * ratio) / (2 * (width + height));
  return { ...rectangle, width: width + 2 * distance, height: height + 2 * distance };
}

/** The same rectangle where x and y are stretched. A turn is kept as it looks there, which is exact where both are stretched alike. */
export function stretch({ centre, along, width, height }: Rectangle, scaleX: number, scaleY: number): Rectangle {
  const length = Math.hypot(along.x * scaleX, along.y * scaleY);
  const across = Math.hypot(along.y * scaleX, along.x * scaleY);
  return {
    centre: { x: centre.x * scaleX, y: centre.y * scaleY },
    along: { x: (along.x * scaleX) / length, y: (along.y * scaleY) / length },
    width: width * length,
    height: height * across,
  };
}

/** The level box around it. */
export function bounds({ centre, along, width, height }: Rectangle): { readonly left: number; readonly top: number; readonly right: number; readonly bottom: number } {
  const halfX = (Math.abs(along.x) * width + Math.abs(along.y) * height) / 2;
  const halfY = (Math.abs(along.y) * width + Math.abs(along.x) * height) / 2;
  return { left: centre.x - halfX, top: centre.y - halfY, right: centre.x + halfX, bottom: centre.y + halfY };
}

const areaOf = ({ width, height }: Rectangle): number => width * height;

/** A direction or the one across it, whichever is within 45 degrees of level, to the right. */
function nearLevel(x: number, y: number): Point {
  const length = Math.hypot(x, y) || 1;
  const [a, b] = Math.abs(x) >= Math.abs(y) ? [x / length, y / length] : [y / length, -x / length];
  return a >= 0 ? { x: a, y: b } : { x: -a, y: -b };
}

function fit(hull: readonly Point[], along: Point): Rectangle {
  let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const { x, y } of hull) {
    const u = x * along.x + y * along.y;
    const v = y * along.x - x * along.y;
    left = Math.min(left, u);
    right = Math.max(right, u);
    top = Math.min(top, v);
    bottom = Math.max(bottom, v);
  }
  const [u, v] = [(left + right) / 2, (top + bottom) / 2];
  return { centre: { x: u * along.x - v * along.y, y: u * along.y + v * along.x }, along, width: right - left, height: bottom - top };
}

/** Andrew's monotone chain. */
function convexHull(points: readonly Point[]): Point[] {
  const sorted = [...points].sort((a, b) => a.x - b.x || a.y - b.y);
  const half = (ordered: readonly Point[]): Point[] => {
    const chain: Point[] = [];
    for (const point of ordered) {
      while (chain.length >= 2 && turn(chain[chain.length - 2] as Point, chain[chain.length - 1] as Point, point) <= 0) chain.pop();
      chain.push(point);
    }
    return chain.slice(0, -1);
  };
  return [...half(sorted), ...half(sorted.reverse())];
}

const turn = (a: Point, b: Point, c: Point): number => (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
