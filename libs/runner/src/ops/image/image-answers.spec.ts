import { describe, expect, it } from '@jest/globals';
import type { PostOp } from '@steelyard/model-package';
import { ImageView } from '../../images/image-view.js';
import type { Fit } from '../../images/image-view.js';
import { readPlainPng } from '../../images/plain-png.js';
import { Bag } from '../bag.js';
import { compilePost } from '../registry.js';

const floats = (shape: number[], data: readonly number[]) => ({ dtype: 'float32', shape, data: Float32Array.from(data) });
const sent = (width: number, height: number, fit: Fit = 'fill', size = { width: 100, height: 100 }) => ImageView.of({ width, height }).resized({ ...size, fit });

function after(op: PostOp, fields: Record<string, unknown>, view: ImageView): Record<string, unknown> {
  const bag = new Bag(fields, new Map([['image', view]]));
  compilePost(op)(bag);
  return Object.fromEntries(bag);
}

const wrong = expect.objectContaining({ code: 'RUNTIME.OUTPUT_INVALID' });

describe('detections', () => {
  const op: Extract<PostOp, { op: 'detections' }> = {
    op: 'detections', tensor: 'boxes', input: 'image', labels: ['cat', 'dog'], coordinates: 'pixels', scoreThreshold: 0.5, iouThreshold: 0.5, maxCount: 10,
  };
  const detect = (rows: readonly number[][], options: Partial<typeof op> = {}, view = sent(200, 50)) =>
    after({ ...op, ...options }, { boxes: floats([rows.length, 6], rows.flat()) }, view) as { objects: { label: string; score: number; box: unknown }[] };
  const box = (x: number, y: number, width: number, height: number) => ({ x, y, width, height });

  it('are boxes in the image that was sent, the most probable first', () => {
    expect(detect([[10, 20, 30, 60, 0.75, 1], [0, 0, 100, 100, 0.875, 0]])).toEqual({
      objects: [{ label: 'cat', score: 0.875, box: box(0, 0, 200, 50) }, { label: 'dog', score: 0.75, box: box(20, 10, 40, 20) }],
      width: 200,
      height: 50,
    });
  });

  it('may be given in shares of what the model sees', () => {
    expect(detect([[0.25, 0.5, 0.5, 1, 1, 0]], { coordinates: 'normalized' }).objects[0]?.box).toEqual(box(50, 25, 50, 25));
  });

  it('leave bars beside the image out of account, and do not leave the image', () => {
    // 200 by 50 lies in the middle of 100 by 100 as 100 by 25, from row 37 on.
    const { objects } = detect([[0, 37, 50, 62, 1, 0], [50, 0, 120, 49.5, 0.9, 1], [0, 0, 100, 30, 0.8, 1]], {}, sent(200, 50, 'contain'));
    expect(objects.map((object) => object.box)).toEqual([box(0, 0, 100, 50), box(100, 0, 100, 25)]);
  });

  it('are found in what `cover` left of the image', () => {
    expect(detect([[0, 0, 100, 100, 1, 0]], {}, sent(200, 50, 'cover')).objects[0]?.box).toEqual(box(75, 0, 50, 50));
  });

  it('that overlap are one, for each label by itself', () => {
    const rows = [[0, 0, 50, 50, 0.7, 0], [0, 0, 50, 45, 0.9, 0], [0, 0, 50, 50, 0.6, 1], [0, 0, 50, 20, 0.8, 0]];
    expect(detect(rows).objects.map(({ label, score }) => [label, Math.fround(score)])).toEqual([['cat', Math.fround(0.9)], ['cat', Math.fround(0.8)], ['dog', Math.fround(0.6)]]);
    expect(detect(rows, { iouThreshold: 1 }).objects).toHaveLength(4);
    expect(detect(rows, { maxCount: 1 }).objects).toHaveLength(1);
  });

  it('below the threshold are not looked at: models fill up their tensors with anything', () => {
    expect(detect([[NaN, -1, -1, -1, 0, -1], [1, 1, 1, 9, 1, 0], [0, 0, 9, 9, 0.4, 0]]).objects).toEqual([]);
    expect(detect([]).objects).toEqual([]);
  });

  it.each([[[0, 0, 1, 1, 1, 2]], [[0, 0, 1, 1, 1, 0.5]], [[0, 0, 1, 1, 1, -1]], [[NaN, 0, 1, 1, 1, 0]], [[0, 0, 1, 1, NaN, 0]], [[0, 0, Infinity, 1, 1, 0]]])('that make no sense are refused: %j', (row) => {
    expect(() => detect([row])).toThrow(wrong);
  });

  describe('with keypoints', () => {
    const points = ['eye', 'ear'];
    const row = [0.25, 0.5, 0.5, 1, 1, 0, 0.3, 0.6, -0.1, 0.7];
    const detectPoints = (rows: readonly number[][], keypoints = points) =>
      after({ ...op, coordinates: 'normalized', keypoints }, { boxes: floats([rows.length, rows[0]?.length ?? 0], rows.flat()) }, sent(200, 50)) as { objects: { keypoints: unknown }[] };

    it('name them in the image that was sent, and where they lie beside it', () => {
      const at = (x: number, y: number) => ({ x: expect.closeTo(x, 4), y: expect.closeTo(y, 4) });
      expect(detectPoints([row]).objects).toEqual([{ label: 'cat', score: 1, box: box(50, 25, 50, 25), keypoints: [{ name: 'eye', ...at(60, 30) }, { name: 'ear', ...at(-20, 35) }] }]);
    });

    it('need two more numbers in each row for each of them', () => {
      for (const other of [row.slice(0, 6), row.slice(0, 8), [...row, 0]]) expect(() => detectPoints([other])).toThrow(/detections are \[N, 10\]/);
      expect(() => detectPoints([row], ['eye'])).toThrow(wrong);
    });

    it('are refused where one is no number', () => {
      expect(() => detectPoints([[...row.slice(0, 9), NaN]])).toThrow(wrong);
      expect(detectPoints([[...row.slice(0, 4), 0.1, 0, NaN, NaN, NaN, NaN]]).objects).toEqual([]);
    });
  });

  it('need a tensor of their shape, and an image', () => {
    for (const shape of [[1, 1, 6], [6], [2, 3]]) expect(() => after(op, { boxes: floats(shape, [0, 0, 1, 1, 1, 0]) }, sent(1, 1))).toThrow(wrong);
    expect(() => compilePost(op)(new Bag({ boxes: floats([1, 6], [0, 0, 1, 1, 1, 0]) }))).toThrow(/no image was decoded/);
  });

  it('are found in time in a tensor of any size', () => {
    const count = 50_000;
    const rows = new Float32Array(count * 6);
    for (let row = 0; row < count; row++) rows.set([row % 97, 0, (row % 97) + 2, 2, 0.5 + (row % 89) / 200, 0], row * 6);
    const startedAtMs = performance.now();
    const { objects } = after({ ...op, maxCount: 5 }, { boxes: { dtype: 'float32', shape: [count, 6], data: rows } }, sent(100, 100)) as { objects: unknown[] };
    expect(objects).toHaveLength(5);
    expect(performance.now() - startedAtMs).toBeLessThan(2_000);
  });
});

describe('mask', () => {
  const op: Extract<PostOp, { op: 'mask' }> = { op: 'mask', tensor: 'p', input: 'image', edges: 'soft', threshold: 0.5 };
  const draw = (p: unknown, view: ImageView, options: Partial<typeof op> = {}) => {
    const { mask, coverage, ...rest } = after({ ...op, ...options }, { p }, view) as { mask: Uint8Array; coverage: number };
    expect(rest).toEqual({});
    const pixels = readPlainPng(mask, 'gray');
    return { coverage, size: [pixels?.width, pixels?.height], pixels: [...(pixels?.data ?? [])] };
  };
  const quarter = [0, 0, 0, 1];
  const view = (width: number, height: number, fit?: Fit) => sent(width, height, fit, { width: 2, height: 2 });

  it('is the very grid where the image has its size', () => {
    expect(draw(floats([2, 2], [0, 0.25, 0.5, 1]), view(2, 2))).toEqual({ coverage: 0.5, size: [2, 2], pixels: [0, 64, 128, 255] });
  });

  it('has the size of the image that was sent, with smooth steps between', () => {
    const { size, pixels, coverage } = draw(floats([2, 2, 1], [0, 1, 0, 1]), view(8, 3));
    expect(size).toEqual([8, 3]);
    expect(pixels.slice(0, 8)).toEqual([0, 0, 32, 96, 159, 223, 255, 255]);
    expect(coverage).toBe(0.5);
  });

  it('may have hard edges, at any threshold', () => {
    const values = floats([2, 2], [0.1, 0.2, 0.6, 0.9]);
    expect(draw(values, view(2, 2), { edges: 'hard' })).toMatchObject({ pixels: [0, 0, 255, 255], coverage: 0.5 });
    expect(draw(values, view(2, 2), { edges: 'hard', threshold: 0.2 })).toMatchObject({ coverage: 0.75 });
  });

  it('leaves bars beside the image out, and what was cut off black', () => {
    const rows = floats([4, 4], [1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1]);
    expect(draw(rows, sent(4, 2, 'contain', { width: 4, height: 4 }))).toMatchObject({ size: [4, 2], coverage: 0 });
    expect(draw(floats([2, 2], [1, 1, 1, 1]), view(4, 2, 'cover'))).toMatchObject({ pixels: [0, 255, 255, 0, 0, 255, 255, 0], coverage: 0.5 });
  });

  it('keeps to what gray can be', () => {
    expect(draw(floats([1, 2], [-3, 7]), view(2, 1)).pixels).toEqual([0, 255]);
  });

  it.each([[[1, 2, 2]], [[4]], [[2, 2, 1, 1]], [[0, 2]]])('needs a tensor of its shape, not %j', (shape) => {
    expect(() => draw(floats(shape, shape.includes(0) ? [] : quarter), view(2, 2))).toThrow(wrong);
  });

  it('refuses numbers that are none', () => {
    expect(() => draw(floats([1, 2], [0, NaN]), view(2, 1))).toThrow(/not all of its values/);
  });

  it('is drawn for an image of one long row', () => {
    expect(after(op, { p: floats([2, 2], quarter) }, view(100_000, 1))['coverage']).toBeCloseTo(0.25, 4);
  });
});
