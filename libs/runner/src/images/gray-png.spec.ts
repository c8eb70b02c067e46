import { expect, it } from '@jest/globals';
import sharp from 'sharp';
import { encodeGrayPng } from './gray-png.js';
import { readPlainPng } from './plain-png.js';

it.each([[1, 1], [7, 3], [128, 128], [1, 90]])('is read back pixel by pixel: %d by %d', async (width, height) => {
  const pixels = Uint8Array.from({ length: width * height }, (_, at) => (at * 37 + (at >> 3)) % 256);
  const png = encodeGrayPng({ width, height }, pixels);
  expect(readPlainPng(png, 'gray')).toEqual({ width, height, channels: 1, data: pixels });
  const { data, info } = await sharp(png).toColourspace('b-w').raw().toBuffer({ resolveWithObject: true });
  expect([info.width, info.height, info.channels, Buffer.compare(data, pixels)]).toEqual([width, height, 1, 0]);
});

it('is small where rows are alike', () => {
  const pixels = Uint8Array.from({ length: 500 * 500 }, (_, at) => at % 500);
  expect(encodeGrayPng({ width: 500, height: 500 }, pixels).length).toBeLessThan(2_000);
});
