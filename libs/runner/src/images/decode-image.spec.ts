import { beforeAll, describe, expect, it } from '@jest/globals';
import sharp, { type Sharp } from 'sharp';
import { crc32 } from 'node:zlib';
import { decodeImage } from './decode-image.js';

const WIDTH = 12;
const HEIGHT = 8;
/** Left half red, right half blue. */
const RGB = Uint8Array.from({ length: WIDTH * HEIGHT * 3 }, (_, i) => {
  const red = Math.floor(i / 3) % WIDTH < WIDTH / 2;
  return [red ? 255 : 0, 0, red ? 0 : 255][i % 3] as number;
});
const source = (): Sharp => sharp(RGB, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } });
const decode = (bytes: Uint8Array, color: 'gray' | 'rgb' = 'rgb') => decodeImage({ field: 'photo', bytes, color });

/** Each changes a small file so that it says to be larger than any that is decoded. */
const DECLARE_HUGE: Readonly<Record<string, (bytes: Buffer) => void>> = {
  png(bytes) {
    bytes.writeUInt32BE(100_000, 16);
    bytes.writeUInt32BE(100_000, 20);
    bytes.writeUInt32BE(crc32(bytes.subarray(12, 29)), 29);
  },
  jpeg(bytes) {
    const frame = bytes.indexOf(Buffer.from([0xff, 0xc0])) + 5;
    bytes.writeUInt16BE(65_000, frame);
    bytes.writeUInt16BE(65_000, frame + 2);
  },
  gif(bytes) {
    const frame = bytes.indexOf(Buffer.from([0x2c, 0, 0, 0, 0, WIDTH, 0, HEIGHT, 0])) + 5;
    bytes.writeUInt16LE(65_535, frame);
    bytes.writeUInt16LE(65_535, frame + 2);
  },
  // 14 bits each of width and height, less one.
  'lossless webp': (bytes) => bytes.writeUInt32LE((bytes.readUInt32LE(21) | 0x0fff_ffff) >>> 0, 21),
  'lzw tiff'(bytes) {
    const directory = bytes.readUInt32LE(4);
    for (let entry = directory + 2; entry < directory + 2 + 12 * bytes.readUInt16LE(directory); entry += 12) {
      if ([256, 257].includes(bytes.readUInt16LE(entry))) bytes.writeUInt16LE(65_535, entry + 8);
    }
  },
  avif(bytes) {
    const extents = bytes.indexOf('ispe') + 8;
    bytes.writeUInt32BE(100_000, extents);
    bytes.writeUInt32BE(100_000, extents + 4);
  },
};

describe('decodeImage', () => {
  const files: Record<string, Buffer> = {};
  beforeAll(async () => {
    Object.assign(files, {
      jpeg: await source().jpeg({ quality: 100, chromaSubsampling: '4:4:4' }).toBuffer(),
      'progressive jpeg': await source().jpeg({ quality: 100, chromaSubsampling: '4:4:4', progressive: true }).toBuffer(),
      png: await source().png().toBuffer(),
      'palette png': await source().png({ palette: true }).toBuffer(),
      'interlaced png': await source().png({ progressive: true }).toBuffer(),
      '16-bit png': await source().toColourspace('rgb16').png().toBuffer(),
      'png with alpha': await source().ensureAlpha().png().toBuffer(),
      'lossless webp': await source().webp({ lossless: true }).toBuffer(),
      gif: await source().gif().toBuffer(),
      'lzw tiff': await source().tiff({ compression: 'lzw' }).toBuffer(),
      avif: await source().avif({ lossless: true }).toBuffer(),
    });
  });

  it('reads the usual formats', async () => {
    for (const [name, bytes] of Object.entries(files)) {
      const { width, height, channels, data } = await decode(bytes);
      expect([name, width, height, channels, data.length]).toEqual([name, WIDTH, HEIGHT, 3, RGB.length]);
      const furthest = data.reduce((most, value, i) => Math.max(most, Math.abs(value - (RGB[i] as number))), 0);
      expect([name, furthest <= 4]).toEqual([name, true]);
    }
  });

  it('gives gray as BT.601 luma, in every format', async () => {
    for (const [name, bytes] of Object.entries(files)) {
      const { channels, data } = await decode(bytes, 'gray');
      expect([name, channels, data.length]).toEqual([name, 1, WIDTH * HEIGHT]);
      expect(Math.abs((data[0] as number) - 76)).toBeLessThanOrEqual(3);
      expect(Math.abs((data[WIDTH - 1] as number) - 29)).toBeLessThanOrEqual(3);
    }
  });

  it.each(['grey16', 'b-w'] as const)('keeps a gray image (%s) as it is, and triples it for rgb', async (space) => {
    const ramp = Uint8Array.from({ length: 96 }, (_, i) => i * 2);
    const bytes = await sharp(ramp, { raw: { width: WIDTH, height: HEIGHT, channels: 1 } }).toColourspace(space).png().toBuffer();
    expect([...(await decode(bytes, 'gray')).data]).toEqual([...ramp]);
    expect([...(await decode(bytes, 'rgb')).data.subarray(0, 6)]).toEqual([0, 0, 0, 2, 2, 2]);
  });

  it('reads a CMYK JPEG', async () => {
    const bytes = await source().toColourspace('cmyk').jpeg({ quality: 100 }).toBuffer();
    const { channels, data } = await decode(bytes);
    expect(channels).toBe(3);
    const [red, , blue] = data.subarray(0, 3);
    expect(red).toBeGreaterThan((blue as number) + 100);
  });

  it('lays transparency on white', async () => {
    const pixels = Uint8Array.from([0, 0, 0, 0, 0, 0, 0, 255, 255, 0, 0, 128, 255, 255, 255, 0]);
    const bytes = await sharp(pixels, { raw: { width: 2, height: 2, channels: 4 } }).png().toBuffer();
    expect([...(await decode(bytes)).data]).toEqual([255, 255, 255, 0, 0, 0, 255, 127, 127, 255, 255, 255]);
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('turns EXIF orientation %i upright', async (orientation) => {
    const bytes = await source().withMetadata({ orientation }).jpeg({ quality: 100, chromaSubsampling: '4:4:4' }).toBuffer();
    const { width, height, data } = await decode(bytes);
    expect([width, height]).toEqual(orientation >= 5 ? [HEIGHT, WIDTH] : [WIDTH, HEIGHT]);
    const isRed = (data[0] as number) > 128;
    // EXIF 2.3, tag 0x0112: which edge of the stored picture is the top, and which the left.
    expect(isRed).toBe([1, 4, 5, 6].includes(orientation));
  });

  it('takes the first page of an animation', async () => {
    const frames = await Promise.all(['red', 'blue'].map((background) => sharp({ create: { width: 4, height: 4, channels: 3, background } }).png().toBuffer()));
    const bytes = await sharp(frames, { join: { animated: true } }).gif().toBuffer();
    const { width, height, data } = await decode(bytes);
    expect([width, height, ...data.subarray(0, 3)]).toEqual([4, 4, 255, 0, 0]);
  });

  it('refuses what is cut off, naming the field', async () => {
    for (const name of ['jpeg', 'png', 'lossless webp', 'gif', 'lzw tiff', 'avif']) {
      const bytes = files[name] as Buffer;
      for (const length of [12, Math.floor(bytes.length / 2)]) {
        await expect(decode(bytes.subarray(0, length))).rejects.toMatchObject({ code: 'INPUT.INVALID', details: { field: 'photo' } });
      }
    }
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['text', Buffer.from('hello')],
    ['SVG, which may read files', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')],
    ['PDF', Buffer.from('%PDF-1.7\n')],
    ['HEIC', Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from('ftypheic'), Buffer.alloc(12)])],
    ['a libvips file', Buffer.concat([Buffer.from([0xb6, 0xa6, 0xf2, 0x08]), Buffer.alloc(60)])],
  ])('refuses %s by its content', async (_name, bytes) => {
    await expect(decode(bytes)).rejects.toMatchObject({ code: 'INPUT.INVALID', message: expect.stringContaining('jpeg, png, webp, gif, tiff, avif') });
  });

  it.each(Object.keys(DECLARE_HUGE))('refuses a huge declared size before it takes memory for it: %s', async (name) => {
    const bytes = Buffer.from(files[name] as Buffer);
    DECLARE_HUGE[name]?.(bytes);
    const before = process.memoryUsage.rss();
    await expect(decode(bytes)).rejects.toMatchObject({ code: 'INPUT.INVALID', details: { field: 'photo' } });
    expect(process.memoryUsage.rss() - before).toBeLessThan(100e6);
  });

  it('refuses a picture of one colour, which packs a thousandfold, by its size', async () => {
    const bomb = await sharp({ create: { width: 8000, height: 8000, channels: 3, background: 'red' } }).png({ compressionLevel: 9 }).toBuffer();
    expect(bomb.length).toBeLessThan(1e6);
    await expect(decode(bomb)).rejects.toMatchObject({ code: 'INPUT.INVALID', message: expect.stringMatching(/pixel limit/) });
  });

  it('survives bytes changed at random', async () => {
    for (const bytes of Object.values(files)) {
      for (let round = 0; round < 10; round++) {
        const changed = Buffer.from(bytes);
        for (let i = 0; i < 4; i++) changed[(round * 131 + i * 977) % changed.length] = (round * 37 + i * 101) % 256;
        await decode(changed).catch((error: { code?: string }) => expect(error.code).toBe('INPUT.INVALID'));
      }
    }
  });
});
