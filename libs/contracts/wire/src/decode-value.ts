import { wireErrors } from './errors.js';

/**
 * Why not the encoder's own decoder: it follows every registered tag (records that become code, shared references that
 * become cycles, regular expressions, sets), and these bytes may come from a stranger. This one reads our profile and
 * nothing else, in one pass, without recursion beyond {@link VALUE_DEPTH_MAX}.
 */

/** So deep may lists and objects be nested. */
export const VALUE_DEPTH_MAX = 64;

/** Below this length a loop over ASCII bytes beats a call of the text decoder. */
const SHORT_TEXT = 24;

interface Reader {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  position: number;
  depth: number;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Reads what {@link encodeValue} writes, and the same profile written by others: definite lengths, text keys, no
 * duplicates checked (the last wins), RFC 8746 little-endian typed arrays. Objects are plain. Integers of 64 bits become
 * `bigint`, shorter ones `number`. Byte strings and aligned typed arrays are views of `bytes`; unaligned ones are copies.
 * @throws AppError `WIRE.MALFORMED`
 */
export function decodeValue(bytes: Uint8Array): unknown {
  const reader = { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), position: 0, depth: 0 };
  const value = read(reader);
  if (reader.position !== bytes.length) throw malformed(`${bytes.length - reader.position} bytes follow the value`);
  return value;
}

function read(reader: Reader): unknown {
  const first = take(reader, 1);
  const initial = reader.bytes[first]!;
  const major = initial >> 5;
  const info = initial & 0x1f;
  if (major === 7) return readSimple(reader, info);
  if (info === 27 && major < 2) return readLong(reader, major === 1);
  const argument = readArgument(reader, info);
  switch (major) {
    case 0:
      return argument;
    case 1:
      return -1 - argument;
    case 2:
      return readBytes(reader, argument);
    case 3:
      return readText(reader, argument);
    case 4:
      return readArray(reader, argument);
    case 5:
      return readMap(reader, argument);
    default:
      return readTagged(reader, argument);
  }
}

/** Moves on by `length` bytes and gives where they began. */
function take(reader: Reader, length: number): number {
  const start = reader.position;
  if (length > reader.bytes.length - start) throw malformed('it ends too early');
  reader.position = start + length;
  return start;
}

function readArgument(reader: Reader, info: number): number {
  if (info < 24) return info;
  switch (info) {
    case 24:
      return reader.bytes[take(reader, 1)]!;
    case 25:
      return reader.view.getUint16(take(reader, 2));
    case 26:
      return reader.view.getUint32(take(reader, 4));
    case 27: {
      const start = take(reader, 8);
      if (reader.view.getUint32(start) !== 0) throw malformed('a length is beyond 32 bits');
      return reader.view.getUint32(start + 4);
    }
    case 31:
      throw malformed('indefinite lengths are not read');
    default:
      throw malformed(`reserved additional information ${info}`);
  }
}

function readLong(reader: Reader, negative: boolean): bigint {
  const value = reader.view.getBigUint64(take(reader, 8));
  return negative ? -1n - value : value;
}

function readSimple(reader: Reader, info: number): unknown {
  switch (info) {
    case 20:
      return false;
    case 21:
      return true;
    case 22:
      return null;
    case 23:
      return undefined;
    case 25:
      return halfToNumber(reader.view.getUint16(take(reader, 2)));
    case 26:
      return reader.view.getFloat32(take(reader, 4));
    case 27:
      return reader.view.getFloat64(take(reader, 8));
    default:
      throw malformed(`simple value ${info}`);
  }
}

function halfToNumber(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction ? NaN : sign * Infinity;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

function readBytes(reader: Reader, length: number): Uint8Array<ArrayBuffer> {
  const start = take(reader, length);
  return new Uint8Array(reader.bytes.buffer as ArrayBuffer, reader.bytes.byteOffset + start, length);
}

function readText(reader: Reader, length: number): string {
  const start = take(reader, length);
  const { bytes, position: end } = reader;
  if (length < SHORT_TEXT) {
    let text = '';
    let at = start;
    for (; at < end; at++) {
      const byte = bytes[at]!;
      if (byte >= 0x80) break;
      text += String.fromCharCode(byte);
    }
    if (at === end) return text;
  }
  try {
    return utf8.decode(bytes.subarray(start, end));
  } catch (error) {
    throw malformed('a text is not UTF-8', error);
  }
}

function readArray(reader: Reader, length: number): unknown[] {
  // Every element takes a byte at least, so that a lying header cannot make a large array.
  if (length > reader.bytes.length - reader.position) throw malformed('it ends too early');
  enter(reader);
  const array: unknown[] = [];
  for (let i = 0; i < length; i++) array.push(read(reader));
  reader.depth -= 1;
  return array;
}

function readMap(reader: Reader, size: number): Record<string, unknown> {
  enter(reader);
  const object: Record<string, unknown> = {};
  for (let i = 0; i < size; i++) {
    const key = readKey(reader);
    object[key] = read(reader);
  }
  reader.depth -= 1;
  return object;
}

function readKey(reader: Reader): string {
  const initial = reader.bytes[take(reader, 1)]!;
  if (initial >> 5 !== 3) throw malformed('a map has a key that is not text');
  const key = readText(reader, readArgument(reader, initial & 0x1f));
  if (key === '__proto__') throw malformed('a map has the key "__proto__"');
  return key;
}

function enter(reader: Reader): void {
  reader.depth += 1;
  if (reader.depth > VALUE_DEPTH_MAX) throw malformed(`it is nested more than ${VALUE_DEPTH_MAX} deep`);
}

type TypedArrayConstructor =
  | typeof Uint8Array | typeof Uint16Array | typeof Uint32Array | typeof BigUint64Array
  | typeof Int8Array | typeof Int16Array | typeof Int32Array | typeof BigInt64Array
  | typeof Float32Array | typeof Float64Array;

/** RFC 8746, section 2.1: the little-endian kinds, and the two of one byte. */
const typedArrays: Readonly<Record<number, TypedArrayConstructor>> = {
  64: Uint8Array,
  69: Uint16Array,
  70: Uint32Array,
  71: BigUint64Array,
  72: Int8Array,
  77: Int16Array,
  78: Int32Array,
  79: BigInt64Array,
  85: Float32Array,
  86: Float64Array,
};

function readTagged(reader: Reader, tag: number): unknown {
  const Typed = typedArrays[tag];
  if (!Typed) throw malformed(`tag ${tag} is not read`);
  const initial = reader.bytes[take(reader, 1)]!;
  if (initial >> 5 !== 2) throw malformed(`tag ${tag} is not followed by a byte string`);
  const length = readArgument(reader, initial & 0x1f);
  const size = Typed.BYTES_PER_ELEMENT;
  if (length % size !== 0) throw malformed(`${length} bytes are no whole number of elements of ${size} bytes`);
  const content = readBytes(reader, length);
  if (content.byteOffset % size === 0) return new Typed(content.buffer, content.byteOffset, length / size);
  return new Typed(content.slice().buffer);
}

function malformed(reason: string, cause?: unknown) {
  return wireErrors.MALFORMED({ reason }, cause);
}
