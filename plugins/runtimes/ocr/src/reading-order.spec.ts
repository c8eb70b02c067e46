import { expect, it } from '@jest/globals';
import { rowsOf } from './reading-order.js';

const line = (name: string, [x, y]: readonly [number, number], degrees = 0, width = 100, height = 20) => ({
  name,
  place: { centre: { x, y }, along: { x: Math.cos((degrees * Math.PI) / 180), y: Math.sin((degrees * Math.PI) / 180) }, width, height },
});
const read = (...lines: ReturnType<typeof line>[]) => rowsOf(lines).map((row) => row.map(({ name }) => name).join(' '));

it('goes from top to bottom, and in a row from left to right', () => {
  expect(read(line('d', [60, 90]), line('b', [200, 22]), line('a', [60, 20]), line('c', [60, 50]))).toEqual(['a b', 'c', 'd']);
  expect(read()).toEqual([]);
});

it('follows a page that is turned', () => {
  // Two rows 30 apart on a page turned by 10 degrees: the right end of the upper one is lower than the left end of the other.
  const [cos, sin] = [Math.cos(Math.PI / 18), Math.sin(Math.PI / 18)];
  const at = (u: number, v: number) => [300 + u * cos - v * sin, 200 + u * sin + v * cos] as const;
  expect(read(line('d', at(250, 30), 10), line('b', at(250, 0), 10), line('c', at(0, 30), 10), line('a', at(0, 0), 10))).toEqual(['a b', 'c d']);
});

it('does not ask short and tall ones how the page is turned', () => {
  expect(read(line('a', [100, 20]), line('b', [300, 20], 40, 10, 12), line('c', [100, 60]))).toEqual(['a b', 'c']);
});
