/** Writes GGUF version 3: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md */

export interface GgufTensor {
  readonly name: string;
  /** Fastest dimension first. */
  readonly dimensions: readonly number[];
  readonly data: Float32Array;
}

export type Entry = readonly [key: string, type: EntryType, value: unknown];
export type EntryType = 'uint32' | 'float32' | 'bool' | 'string' | 'strings' | 'int32s';

const TYPES = { uint32: 4, int32: 5, float32: 6, bool: 7, string: 8, array: 9 } as const;
const F32 = 0;
const ALIGNMENT = 32;

export function writeGguf(entries: readonly Entry[], tensors: readonly GgufTensor[]): Buffer {
  let offset = 0;
  const infos: Buffer[] = [];
  const blobs: Buffer[] = [];
  for (const { name, dimensions, data } of tensors) {
    infos.push(tensorInfo({ name, dimensions, type: F32, offset }));
    const blob = padded(Buffer.from(data.buffer, data.byteOffset, data.byteLength));
    blobs.push(blob);
    offset += blob.length;
  }
  const head = header(tensors.length, entries.length);
  return Buffer.concat([padded(Buffer.concat([head, ...entries.map(entry), ...infos])), ...blobs]);
}

export function header(tensors: number | bigint, entries: number | bigint, version = 3): Buffer {
  return Buffer.concat([Buffer.from('GGUF'), uint32(version), uint64(tensors), uint64(entries)]);
}

export function tensorInfo(info: { name: string; dimensions: readonly (number | bigint)[]; type: number; offset: number | bigint }): Buffer {
  return Buffer.concat([string(info.name), uint32(info.dimensions.length), ...info.dimensions.map(uint64), uint32(info.type), uint64(info.offset)]);
}

export function entry([key, type, value]: Entry): Buffer {
  return Buffer.concat([string(key), typed(type, value)]);
}

export function string(text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([uint64(bytes.length), bytes]);
}

export function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

export function uint64(value: number | bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

export function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((ALIGNMENT - (bytes.length % ALIGNMENT)) % ALIGNMENT)]);
}

function typed(type: EntryType, value: unknown): Buffer {
  switch (type) {
    case 'uint32':
      return Buffer.concat([uint32(TYPES.uint32), uint32(value as number)]);
    case 'float32': {
      const bytes = Buffer.alloc(4);
      bytes.writeFloatLE(value as number);
      return Buffer.concat([uint32(TYPES.float32), bytes]);
    }
    case 'bool':
      return Buffer.concat([uint32(TYPES.bool), Buffer.from([value ? 1 : 0])]);
    case 'string':
      return Buffer.concat([uint32(TYPES.string), string(value as string)]);
    case 'strings':
      return array(TYPES.string, (value as readonly string[]).map(string));
    case 'int32s':
      return array(TYPES.int32, (value as readonly number[]).map(uint32));
  }
}

function array(type: number, elements: readonly Buffer[]): Buffer {
  return Buffer.concat([uint32(TYPES.array), uint32(type), uint64(elements.length), ...elements]);
}
