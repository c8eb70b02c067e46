import { crc32, deflateSync } from 'node:zlib';
import type { Size } from './image-view.js';

const SIGNATURE = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
/** Depth 8, gray, deflate, the five filters, not interlaced. */
const GRAY_8 = [8, 0, 0, 0, 0];
const FILTER_UP = 2;

/**
 * Encodes 8-bit gray pixels as PNG, each row as its difference from the one above: masks are smooth, and their files small.
 * https://www.w3.org/TR/png/
 */
export function encodeGrayPng({ width, height }: Size, pixels: Uint8Array): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set(GRAY_8, 8);
  const rows = Buffer.alloc((width + 1) * height);
  for (let y = 0, to = 0, from = 0; y < height; y++) {
    rows[to++] = FILTER_UP;
    for (const end = from + width; from < end; from++, to++) rows[to] = (pixels[from] as number) - (y > 0 ? (pixels[from - width] as number) : 0);
  }
  return Buffer.concat([SIGNATURE, chunk('IHDR', header), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))]);
}

function chunk(type: string, content: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), content]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(content.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}
