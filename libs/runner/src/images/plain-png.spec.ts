import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import sharp, { type PngOptions } from 'sharp';
import { decodeImage } from './decode-image.js';
import type { Pixels } from './pixels.js';
import { readPlainPng } from './plain-png.js';

const encode = (data: Uint8Array, width: number, channels: 1 | 2 | 3 | 4, options: PngOptions = {}): Promise<Buffer> =>
  sharp(data, { raw: { width, height: data.length / channels / width, channels } })
    .toColourspace(channels < 3 ? 'b-w' : 'srgb')
    .png(options)
    .toBuffer();

const values = (pixels: Pixels | undefined): unknown => pixels && { ...pixels, data: Buffer.from(pixels.data) };

describe('readPlainPng', () => {
  it('gives the pixels that libvips gives', async () => {
    const images = fc.record({
      width: fc.integer({ min: 1, max: 20 }),
      height: fc.integer({ min: 1, max: 20 }),
      channels: fc.constantFrom(1 as const, 3 as const),
      color: fc.constantFrom('gray' as const, 'rgb' as const),
      seed: fc.integer({ min: 1, max: 1e6 }),
      smooth: fc.boolean(),
      adaptiveFiltering: fc.boolean(),
      compressionLevel: fc.integer({ min: 0, max: 9 }),
    });
    await fc.assert(
      fc.asyncProperty(images, async ({ width, height, channels, color, seed, smooth, ...options }) => {
        const data = Uint8Array.from({ length: width * height * channels }, (_, i) => (smooth ? (i * seed) >> 8 : Math.imul(i + seed, 2654435761) >>> 24));
        const bytes = await encode(data, width, channels, options);
        const plain = readPlainPng(bytes, color);
        expect(plain).toBeDefined();
        expect(values(plain)).toEqual(values(await decodeImage({ field: 'image', bytes, color })));
      }),
      { numRuns: 150 },
    );
  });

  it('lets a 28 by 28 gray image arrive unchanged', async () => {
    const data = Uint8Array.from({ length: 784 }, (_, i) => (i * 7) % 256);
    expect(Buffer.from(readPlainPng(await encode(data, 28, 1), 'gray')?.data ?? [])).toEqual(Buffer.from(data));
  });

  it('leaves everything out of the ordinary to libvips', async () => {
    const gray = new Uint8Array(64).fill(9);
    const rgba = new Uint8Array(64).fill(200);
    const plain = await encode(gray, 8, 1);
    const flipped = Buffer.from(plain);
    flipped[flipped.indexOf('IDAT') + 6] = 0xff;
    const others = {
      alpha: await encode(rgba, 4, 4),
      'gray with alpha': await encode(gray, 4, 2),
      palette: await encode(new Uint8Array(48).fill(3), 4, 3, { palette: true }),
      interlaced: await encode(gray, 8, 1, { progressive: true }),
      '16 bits': await sharp(gray, { raw: { width: 8, height: 8, channels: 1 } }).toColourspace('grey16').png().toBuffer(),
      'a colour profile': await sharp(gray, { raw: { width: 8, height: 8, channels: 1 } }).withIccProfile('p3').png().toBuffer(),
      orientation: await sharp(gray, { raw: { width: 8, height: 8, channels: 1 } }).withMetadata({ orientation: 6 }).png().toBuffer(),
      large: await encode(new Uint8Array(200 * 200), 200, 1),
      jpeg: await sharp(gray, { raw: { width: 8, height: 8, channels: 1 } }).jpeg().toBuffer(),
      'a wrong checksum': flipped,
      nothing: Buffer.alloc(0),
    };
    for (const [name, bytes] of Object.entries(others)) expect([name, readPlainPng(bytes, 'gray')]).toEqual([name, undefined]);
    for (let length = 0; length < plain.length; length++) expect(readPlainPng(plain.subarray(0, length), 'gray')).toBeUndefined();
  });

  it('never throws, whatever the bytes', async () => {
    const plain = await encode(new Uint8Array(64).fill(9), 8, 1);
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(plain.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 }), (changes) => {
        const bytes = Buffer.from(plain);
        for (const [at, value] of changes) bytes[at] = value;
        readPlainPng(bytes, 'rgb');
      }),
    );
  });
});
