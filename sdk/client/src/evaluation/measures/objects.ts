import { f1 } from './labels.js';

/** In pixels, from the upper left corner. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface ExpectedObject {
  readonly label: string;
  /** Absent: it is enough that such an object is found somewhere. */
  readonly box?: Box | undefined;
}

export interface FoundObject {
  readonly label: string;
  readonly score: number;
  readonly box: Box;
}

export interface ObjectsOfLine {
  readonly expected: readonly ExpectedObject[];
  readonly answer: readonly FoundObject[];
}

const OVERLAP_MIN = 0.5;

/**
 * Over the objects of all lines together. An object is found when its label is right and its box overlaps by half or more
 * (intersection over union); each answer counts for one object, the surest first.
 */
export function objectScores(lines: readonly ObjectsOfLine[]): { readonly recall: number | undefined; readonly f1: number | undefined } {
  const expected = lines.reduce((sum, line) => sum + line.expected.length, 0);
  const answered = lines.reduce((sum, line) => sum + line.answer.length, 0);
  const right = lines.reduce((sum, line) => sum + foundIn(line), 0);
  return { recall: expected === 0 ? undefined : right / expected, f1: expected + answered === 0 ? undefined : f1(right, expected, answered) };
}

function foundIn({ expected, answer }: ObjectsOfLine): number {
  const open = new Set(expected);
  for (const { label, box } of [...answer].sort((a, b) => b.score - a.score)) {
    const fitting = [...open]
      .filter((object) => object.label === label)
      .map((object) => ({ object, overlap: object.box ? overlapOf(object.box, box) : OVERLAP_MIN }))
      .filter(({ overlap }) => overlap >= OVERLAP_MIN)
      .sort((a, b) => b.overlap - a.overlap);
    if (fitting[0]) open.delete(fitting[0].object);
  }
  return expected.length - open.size;
}

/** Intersection over union, 0 to 1. */
export function overlapOf(a: Box, b: Box): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  if (width <= 0 || height <= 0) return 0;
  const both = width * height;
  return both / (a.width * a.height + b.width * b.height - both);
}
