import { describe, expect, it } from '@jest/globals';
import { components } from './components.js';
import { findLines } from './find-lines.js';
import { bounds, rectangleAround, stretch, unclip } from './rectangle.js';
import { detectionInput, seenSize } from './detection-input.js';
import { resample } from './resample.js';

const mapOf = (...rows: string[]) => ({ width: rows[0]?.length ?? 0, height: rows.length, data: rows.flatMap((row) => [...row].map((digit) => Number(digit) / 10)) });

describe('components', () => {
  const find = (map: ReturnType<typeof mapOf>, countMax = 10) => components(map, { threshold: 0.5, countMax });

  it('hang together at corners too, and have the mean of their places', () => {
    const [first, second, ...others] = find(mapOf('90006', '08006', '00000'));
    expect(others).toEqual([]);
    expect(first?.score).toBeCloseTo(0.85);
    expect(second?.score).toBeCloseTo(0.6);
    expect(bounds(rectangleAround(first?.outline ?? []))).toEqual({ left: 0, top: 0, right: 2, bottom: 2 });
  });

  it('do not go around the edge of the map, and are at most so many', () => {
    const map = mapOf('9009', '0000', '9009');
    expect(find(map)).toHaveLength(4);
    expect(find(map, 3)).toHaveLength(3);
    expect(find(mapOf('0000'))).toEqual([]);
  });

  it('of a whole large map are one', () => {
    const [only] = components({ width: 1000, height: 800, data: new Float32Array(800_000).fill(1) }, { threshold: 0.5, countMax: 5 });
    expect(bounds(rectangleAround(only?.outline ?? []))).toEqual({ left: 0, top: 0, right: 1000, bottom: 800 });
  });
});

describe('a rectangle', () => {
  const turned = (degrees: number, width: number, height: number) => {
    const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
    return [[-1, -1], [1, -1], [1, 1], [-1, 1]].map(([u, v]) => ({ x: 50 + ((u as number) * width * cos) / 2 - ((v as number) * height * sin) / 2, y: 40 + ((u as number) * width * sin) / 2 + ((v as number) * height * cos) / 2 }));
  };

  it.each([[0, 60, 10], [7, 60, 10], [-20, 80, 12], [40, 60, 10]])('turned by %d degrees is found', (degrees, width, height) => {
    const found = rectangleAround(turned(degrees, width, height));
    expect([found.centre.x, found.centre.y, found.width, found.height].map((value) => Math.round(value * 1000) / 1000)).toEqual([50, 40, width, height]);
    expect(Math.atan2(found.along.y, found.along.x) * (180 / Math.PI)).toBeCloseTo(degrees);
  });

  it('that stands is tall, and one that is hardly turned is level', () => {
    expect(rectangleAround(turned(85, 60, 10))).toMatchObject({ width: expect.closeTo(10), height: expect.closeTo(60) });
    expect(rectangleAround(turned(2, 20, 18)).along).toEqual({ x: 1, y: 0 });
  });

  it('grows by a share of its area over its perimeter', () => {
    const { width, height, centre } = unclip(rectangleAround(turned(0, 60, 20)), 2);
    expect([width, height, centre.x, centre.y].map(Math.round)).toEqual([90, 50, 50, 40]);
  });

  it('is stretched with the map', () => {
    expect(bounds(stretch(rectangleAround(turned(0, 60, 20)), 2, 3))).toEqual({ left: 40, top: 90, right: 160, bottom: 150 });
    const twice = stretch(rectangleAround(turned(30, 60, 20)), 2, 2);
    expect([twice.width, twice.height].map(Math.round)).toEqual([120, 40]);
  });
});

describe('lines', () => {
  const options = { mapThreshold: 0.3, boxThreshold: 0.6, unclipRatio: 0, linesMax: 10 };

  it('are places of a clear mean that are no specks, in pixels of the picture', () => {
    const map = mapOf('8888004440', '8888004440', '8888004440', '0000000000', '9900000000');
    expect(findLines(map, { width: 20, height: 5 }, options).map(bounds)).toEqual([{ left: 0, top: 0, right: 8, bottom: 3 }]);
    expect(findLines(map, { width: 20, height: 5 }, { ...options, boxThreshold: 0.3 })).toHaveLength(2);
  });
});

describe('what the detector sees', () => {
  it.each([
    [{ width: 384, height: 191 }, { width: 1472, height: 736 }],
    [{ width: 1000, height: 800 }, { width: 992, height: 800 }],
    [{ width: 6000, height: 4000 }, { width: 1600, height: 1056 }],
    [{ width: 20_000, height: 3 }, { width: 1600, height: 32 }],
    [{ width: 1, height: 1 }, { width: 736, height: 736 }],
  ])('of %j is %j', (sent, seen) => {
    expect(seenSize(sent, { sideMin: 736, sideMax: 1600 })).toEqual(seen);
  });

  it('is blue, green and red, each in its scale', () => {
    const { shape, data } = detectionInput({ width: 1, height: 1, data: Uint8Array.of(255, 0, 51) }, { sideMin: 32, sideMax: 32 });
    expect(shape).toEqual([1, 3, 32, 32]);
    expect([data[0], data[1024], data[2048]].map((value) => Number(value).toFixed(3))).toEqual(['-1.245', '-2.036', '2.640']);
  });
});

describe('resample', () => {
  const grey = (width: number, ...values: number[]) => ({ width, height: values.length / width, data: Uint8Array.from(values.flatMap((value) => [value, value, value])) });
  const reds = (pixels: Float32Array) => [...pixels].filter((_, index) => index % 3 === 0).map(Math.round);

  it('keeps a picture of that size, enlarges it smoothly, and shrinks it by what all its pixels come to', () => {
    expect(reds(resample(grey(2, 0, 100, 200, 40), 2, 2))).toEqual([0, 100, 200, 40]);
    expect(reds(resample(grey(2, 0, 100), 4, 1))).toEqual([0, 25, 75, 100]);
    expect(reds(resample(grey(4, 0, 100, 100, 200), 1, 1))).toEqual([100]);
    expect(reds(resample(grey(100, ...Array.from({ length: 100 }, (_, x) => (x % 2) * 100)), 5, 1)).every((value) => Math.abs(value - 50) < 3)).toBe(true);
  });

  it('leaves a plain picture plain', () => {
    expect(new Set(resample(grey(7, ...new Array<number>(35).fill(90)), 3, 11).map(Math.round))).toEqual(new Set([90]));
  });
});
