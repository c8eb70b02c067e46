import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Bag } from '../ops/bag.js';
import { resize } from '../ops/image/resize.js';
import { ImageView } from './image-view.js';
import type { Fit } from './image-view.js';
import { Pixels } from './pixels.js';

/** A black image with one white block. */
function marked(width: number, height: number, block: { x: number; y: number; size: number }): Pixels {
  const data = Uint8Array.from({ length: width * height }, (_, at) => {
    const [x, y] = [at % width, Math.floor(at / width)];
    return x >= block.x && x < block.x + block.size && y >= block.y && y < block.y + block.size ? 255 : 0;
  });
  return new Pixels(width, height, 1, data);
}

/** Where the white is, on average. */
function middleOf({ width, data }: Pixels): { x: number; y: number } {
  let [sum, x, y] = [0, 0, 0];
  for (const [at, value] of data.entries()) {
    sum += value;
    x += value * ((at % width) + 0.5);
    y += value * (Math.floor(at / width) + 0.5);
  }
  return { x: x / sum, y: y / sum };
}

describe('a place that the model sees', () => {
  it.each<[Fit, number, number]>([
    ['fill', 300, 200], ['contain', 300, 200], ['contain', 200, 301], ['contain', 64, 33], ['cover', 300, 200], ['cover', 201, 300], ['cover', 90, 91],
  ])('is found again in the image that was sent: %s of %d by %d', async (fit, width, height) => {
    const block = { x: Math.floor(width * 0.45), y: Math.floor(height * 0.4), size: Math.floor(Math.min(width, height) / 8) };
    const bag = new Bag({ image: marked(width, height, block) }, new Map([['image', ImageView.of({ width, height })]]));
    await resize({ op: 'resize', input: 'image', width: 97, height: 64, fit, background: 0 })(bag);
    const seen = middleOf(bag.get('image') as Pixels);
    const view = bag.images.get('image') as ImageView;
    const sent = view.toSource(seen.x, seen.y);
    expect(view.source).toEqual({ width, height });
    expect(Math.abs(sent.x - (block.x + block.size / 2)) * view.x.scale).toBeLessThan(0.75);
    expect(Math.abs(sent.y - (block.y + block.size / 2)) * view.y.scale).toBeLessThan(0.75);
  });

  it('is found through several resizes', () => {
    const size = fc.integer({ min: 1, max: 500 });
    fc.assert(
      fc.property(size, size, size, size, fc.constantFrom<Fit>('fill', 'contain', 'cover'), (width, height, to, other, fit) => {
        const once = ImageView.of({ width, height }).resized({ width: to, height: other, fit });
        const twice = once.resized({ width: other, height: to, fit: 'fill' });
        const [a, b] = [once.toSource(to / 2, other / 4), twice.toSource(other / 2, to / 4)];
        expect(Math.abs(a.x - b.x) + Math.abs(a.y - b.y)).toBeLessThan(1e-6 * (width + height));
      }),
      { numRuns: 50 },
    );
  });
});
