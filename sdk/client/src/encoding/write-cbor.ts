import type { InputValue } from './encode-input.js';
import type { TypedNumbers } from './tensor.js';

/** Major types of RFC 8949, section 3.1, in place. */
const [UNSIGNED, NEGATIVE, BYTES, TEXT, LIST, MAP, TAG] = [0x00, 0x20, 0x40, 0x60, 0x80, 0xa0, 0xc0];
const [FALSE, TRUE, NULL, DOUBLE] = [0xf4, 0xf5, 0xf6, 0xfb];

/** RFC 8746, section 2.1: little-endian, as every machine is that runs JavaScript today. */
const TAGS: Readonly<Record<string, number>> = {
  Uint16Array: 69, Uint32Array: 70, BigUint64Array: 71, Int8Array: 72, Int16Array: 77, Int32Array: 78, BigInt64Array: 79, Float32Array: 85, Float64Array: 86,
};

const utf8 = new TextEncoder();

/** An input as CBOR (RFC 8949): bytes as a byte string, typed arrays under their tag of RFC 8746. */
export function writeCbor(value: InputValue): Uint8Array<ArrayBuffer> {
  const pieces: Uint8Array[] = [];
  write(value, pieces);
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

function write(value: InputValue, pieces: Uint8Array[]): void {
  switch (typeof value) {
    case 'boolean':
      return void pieces.push(Uint8Array.of(value ? TRUE : FALSE));
    case 'string': {
      const text = utf8.encode(value);
      return void pieces.push(head(TEXT, text.length), text);
    }
    case 'number':
      return void pieces.push(numberBytes(value));
    default:
  }
  if (value === null) return void pieces.push(Uint8Array.of(NULL));
  if (ArrayBuffer.isView(value)) return writeBytes(value, pieces);
  if (Array.isArray(value)) {
    pieces.push(head(LIST, value.length));
    for (const item of value as readonly InputValue[]) write(item, pieces);
    return;
  }
  const fields = Object.entries(value as { readonly [key: string]: InputValue });
  pieces.push(head(MAP, fields.length));
  for (const [key, item] of fields) {
    write(key, pieces);
    write(item, pieces);
  }
}

function writeBytes(numbers: TypedNumbers, pieces: Uint8Array[]): void {
  const tag = TAGS[Object.prototype.toString.call(numbers).slice(8, -1)];
  if (tag !== undefined) pieces.push(head(TAG, tag));
  pieces.push(head(BYTES, numbers.byteLength), new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength));
}

/** Whole numbers that fit in 32 bits as integers, all others as float64. */
function numberBytes(value: number): Uint8Array {
  if (Number.isInteger(value) && value >= 0 && value < 2 ** 32) return head(UNSIGNED, value);
  if (Number.isInteger(value) && value < 0 && value >= -(2 ** 32)) return head(NEGATIVE, -1 - value);
  const bytes = new Uint8Array(9);
  bytes[0] = DOUBLE;
  new DataView(bytes.buffer).setFloat64(1, value);
  return bytes;
}

/** The first bytes of an item: its major type and its argument, as short as they go. */
function head(major: number, argument: number): Uint8Array {
  if (argument < 24) return Uint8Array.of(major | argument);
  if (argument < 0x100) return Uint8Array.of(major | 24, argument);
  if (argument < 0x1_0000) return Uint8Array.of(major | 25, argument >>> 8, argument & 0xff);
  return Uint8Array.of(major | 26, argument >>> 24, (argument >>> 16) & 0xff, (argument >>> 8) & 0xff, argument & 0xff);
}
