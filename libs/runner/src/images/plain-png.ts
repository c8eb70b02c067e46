import { crc32, inflateSync } from 'node:zlib';
import { toColor } from './luma.js';
import { Pixels } from './pixels.js';

/**
 * libvips costs 0.4 to 1 ms of CPU an image before the first pixel: ten times what a small model takes. Small plain PNG
 * files are therefore read here, in about 50 µs; whatever is out of the ordinary in any way is left to libvips, which then
 * decides what is an error. Both give the same pixels (`plain-png.spec.ts`).
 */
const PIXELS_MAX = 128 * 128;

const SIGNATURE = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
const HEADER_BYTES = 13;
const CHUNK_FRAME_BYTES = 12;
const GRAY = 0;
const RGB = 2;
/** Chunks that do not change the pixels. Not among them, for one: `iCCP`, `tRNS`, `eXIf` (orientation), `PLTE`, `acTL`. */
const INERT_CHUNKS = new Set(['pHYs', 'tEXt', 'zTXt', 'iTXt', 'tIME', 'sBIT', 'gAMA', 'cHRM', 'sRGB']);

interface Layout {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
}

/** Reads a PNG of 8 bits, gray or RGB, without transparency, profile, orientation or interlacing; undefined for all else. */
export function readPlainPng(bytes: Uint8Array, color: 'gray' | 'rgb'): Pixels | undefined {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (!file.subarray(0, SIGNATURE.length).equals(SIGNATURE)) return undefined;
  const parts: Buffer[] = [];
  let layout: Layout | undefined;
  for (let at = SIGNATURE.length; ; ) {
    if (at + CHUNK_FRAME_BYTES > file.length) return undefined;
    const end = at + CHUNK_FRAME_BYTES + file.readUInt32BE(at);
    if (end > file.length || crc32(file.subarray(at + 4, end - 4)) !== file.readUInt32BE(end - 4)) return undefined;
    const type = file.toString('latin1', at + 4, at + 8);
    const content = file.subarray(at + 8, end - 4);
    if (!layout) {
      layout = type === 'IHDR' ? readLayout(content) : undefined;
      if (!layout) return undefined;
    } else if (type === 'IDAT') parts.push(content);
    else if (type === 'IEND') break;
    else if (!INERT_CHUNKS.has(type)) return undefined;
    at = end;
  }
  const data = unpack(parts, layout);
  return data && toColor(new Pixels(layout.width, layout.height, layout.channels, data), color);
}

function readLayout(header: Buffer): Layout | undefined {
  if (header.length !== HEADER_BYTES) return undefined;
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const [depth, type, compression, filter, interlace] = header.subarray(8);
  if (width === 0 || height === 0 || width * height > PIXELS_MAX) return undefined;
  if (depth !== 8 || compression !== 0 || filter !== 0 || interlace !== 0) return undefined;
  if (type !== GRAY && type !== RGB) return undefined;
  return { width, height, channels: type === GRAY ? 1 : 3 };
}

function unpack(parts: readonly Buffer[], { width, height, channels }: Layout): Uint8Array | undefined {
  const rowBytes = width * channels;
  const length = (rowBytes + 1) * height;
  try {
    const packed = inflateSync(parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts), { maxOutputLength: length });
    return packed.length === length ? unfilter(packed, rowBytes, channels) : undefined;
  } catch {
    return undefined;
  }
}

/** PNG specification, section 9: each row says by its first byte what to add to its bytes. Undefined for an unknown filter. */
function unfilter(packed: Uint8Array, rowBytes: number, pixelBytes: number): Uint8Array | undefined {
  const rows = packed.length / (rowBytes + 1);
  const data = new Uint8Array(rows * rowBytes);
  for (let row = 0; row < rows; row++) {
    const from = row * (rowBytes + 1) + 1;
    const to = row * rowBytes;
    const filter = packed[from - 1] as number;
    if (filter > 4) return undefined;
    for (let i = 0; i < rowBytes; i++) {
      const left = i >= pixelBytes ? (data[to + i - pixelBytes] as number) : 0;
      const up = row > 0 ? (data[to + i - rowBytes] as number) : 0;
      let predicted = 0;
      if (filter === 1) predicted = left;
      else if (filter === 2) predicted = up;
      else if (filter === 3) predicted = (left + up) >> 1;
      else if (filter === 4) predicted = paeth(left, up, row > 0 && i >= pixelBytes ? (data[to + i - rowBytes - pixelBytes] as number) : 0);
      data[to + i] = (packed[from + i] as number) + predicted;
    }
  }
  return data;
}

/** Whichever of left, up and upper left is nearest to left + up - upper left. */
function paeth(left: number, up: number, corner: number): number {
  const toLeft = Math.abs(up - corner);
  const toUp = Math.abs(left - corner);
  const toCorner = Math.abs(left + up - corner - corner);
  if (toLeft <= toUp && toLeft <= toCorner) return left;
  return toUp <= toCorner ? up : corner;
}
