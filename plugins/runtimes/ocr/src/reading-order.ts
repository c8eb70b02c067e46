/** A line of text where it stands. */
export interface PlacedLine {
  readonly box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
}

/** Lines stand in one row where they share so much of the lower one's height. */
const SHARED_MIN = 0.5;

/** Rows from top to bottom, each from left to right. Columns are not known: what stands side by side is one row. */
export function rowsOf<Line extends PlacedLine>(lines: readonly Line[]): Line[][] {
  const rows: Line[][] = [];
  for (const line of [...lines].sort((a, b) => middleOf(a) - middleOf(b))) {
    const row = rows.at(-1);
    if (row && shareRow(row.at(-1) as Line, line)) row.push(line);
    else rows.push([line]);
  }
  return rows.map((row) => row.sort((a, b) => a.box.x - b.box.x));
}

const middleOf = ({ box: { y, height } }: PlacedLine): number => y + height / 2;

function shareRow({ box: a }: PlacedLine, { box: b }: PlacedLine): boolean {
  const shared = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  return shared > SHARED_MIN * Math.min(a.height, b.height);
}
