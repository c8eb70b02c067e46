/** A map of probabilities, rows from the top. */
export interface ProbabilityMap {
  readonly width: number;
  readonly height: number;
  readonly data: ArrayLike<number>;
}

/** Places of a map that hang together, corners included. */
export interface Component {
  /** Corners of its places, enough to find its convex hull: those of the first and the last place of each row. */
  readonly outline: readonly Point[];
  /** The mean probability of its places. */
  readonly score: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** The connected places with at least this probability, at most so many, in the order in which reading finds them. */
export function components(map: ProbabilityMap, { threshold, countMax }: { readonly threshold: number; readonly countMax: number }): Component[] {
  const { width, height, data } = map;
  const open = Uint8Array.from({ length: width * height }, (_, place) => ((data[place] as number) >= threshold ? 1 : 0));
  const found: Component[] = [];
  for (let place = open.indexOf(1); place !== -1 && found.length < countMax; place = open.indexOf(1, place + 1)) found.push(take(map, open, place));
  return found;
}

/** Takes one component out of the open places, beginning with its first. */
function take({ width, height, data }: ProbabilityMap, open: Uint8Array, start: number): Component {
  const ends = new Map<number, { left: number; right: number }>();
  const stack = [start];
  open[start] = 0;
  let [sum, count] = [0, 0];
  for (let place = stack.pop(); place !== undefined; place = stack.pop()) {
    const x = place % width;
    const y = (place - x) / width;
    const row = ends.get(y);
    if (!row) ends.set(y, { left: x, right: x });
    else if (x < row.left) row.left = x;
    else if (x > row.right) row.right = x;
    sum += data[place] as number;
    count++;
    for (let nextY = Math.max(0, y - 1); nextY <= Math.min(height - 1, y + 1); nextY++) {
      for (let nextX = Math.max(0, x - 1); nextX <= Math.min(width - 1, x + 1); nextX++) {
        const next = nextY * width + nextX;
        if (open[next] === 0) continue;
        open[next] = 0;
        stack.push(next);
      }
    }
  }
  const outline = [...ends].flatMap(([y, { left, right }]) => [y, y + 1].flatMap((edge) => [{ x: left, y: edge }, { x: right + 1, y: edge }]));
  return { outline, score: sum / count };
}
