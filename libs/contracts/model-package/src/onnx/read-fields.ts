import type { ByteSource } from './byte-source.js';

/** A part of the file that holds one protobuf message. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** What a field has: a number for varints, a span for what has a length. Fixed-width values are passed over. */
export interface FieldHandlers {
  varint?(field: number, value: number): void;
  bytes?(field: number, span: Span): void;
}

/** The bytes are not a protobuf message. */
export class ProtoError extends Error {}

const VARINT_BYTES_MAX = 10;

/**
 * Reads the fields of one message, without going into them: https://protobuf.dev/programming-guides/encoding/. The time
 * depends on the number of fields, not on their size. Groups (deprecated, unknown to ONNX) are an error.
 * @throws ProtoError.
 */
export function readFields(file: ByteSource, span: Span, handlers: FieldHandlers): void {
  let at = span.start;
  const readVarint = (): number => {
    let value = 0;
    let scale = 1;
    for (let count = 0; count < VARINT_BYTES_MAX && at < span.end; count++) {
      const byte = file.byteAt(at++);
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 128;
    }
    throw new ProtoError('a number does not end');
  };
  const skip = (length: number): Span => {
    const start = at;
    if (length > span.end - start) throw new ProtoError('a field is longer than its message');
    at += length;
    return { start, end: at };
  };
  while (at < span.end) {
    const tag = readVarint();
    const field = Math.floor(tag / 8);
    if (field === 0 || tag >= 2 ** 32) throw new ProtoError('a field has no valid number');
    switch (tag % 8) {
      case 0: {
        // Read before the optional call: an absent handler would skip its arguments with it.
        const value = readVarint();
        handlers.varint?.(field, value);
        break;
      }
      case 1:
        skip(8);
        break;
      case 2: {
        const content = skip(readVarint());
        handlers.bytes?.(field, content);
        break;
      }
      case 5:
        skip(4);
        break;
      default:
        throw new ProtoError('a field has no valid type');
    }
  }
}

/** The whole numbers of a packed field: one after the other, without tags. */
export function readPacked(file: ByteSource, { start, end }: Span): number[] {
  const numbers: number[] = [];
  for (let at = start, value = 0, scale = 1; at < end; at++) {
    const byte = file.byteAt(at);
    value += (byte & 0x7f) * scale;
    scale *= 128;
    if (byte >= 0x80) continue;
    numbers.push(value);
    value = 0;
    scale = 1;
  }
  return numbers;
}
