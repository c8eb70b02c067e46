import { ByteReader, GgufError } from './byte-reader.js';
import { measureTensor } from './tensor-types.js';

/** What a GGUF file says of itself, found without loading it. */
export interface GgufFacts {
  readonly version: number;
  /** Scalar and text entries; of an array only how long it is. */
  readonly metadata: ReadonlyMap<string, GgufValue>;
  readonly tensorCount: number;
  readonly parameterCount: number;
  /** Bytes of weights by type, e.g. `F16`. */
  readonly bytesByType: ReadonlyMap<string, number>;
}

export type GgufValue = string | number | boolean | { readonly length: number };

/** Bounds that real models keep by a factor of ten: vocabularies have up to 300,000 entries, models up to 3,000 tensors. */
const MAX = { entries: 4096, keyBytes: 1024, textBytes: 4 * 2 ** 20, arrayLength: 8_000_000, tensors: 65_536, tensorNameBytes: 256, dimensions: 4, alignment: 65_536 } as const;

/** Type numbers of metadata: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md */
const STRING = 8;
const ARRAY = 9;
const SCALAR_BYTES: Readonly<Record<number, number>> = { 0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8 };
const UINT32 = 4;
const UINT64 = 10;
const DEFAULT_ALIGNMENT = 32;

/**
 * Reads a header to its end and checks that every tensor lies inside the file. The time depends on the length of the header,
 * which holds the vocabulary, and not on the weights.
 * @throws GgufError when the file is not GGUF of version 2 or 3, or says what cannot be.
 */
export function readHeader(reader: ByteReader): GgufFacts {
  const version = readVersion(reader);
  const tensorCount = bounded(reader.uint64(), MAX.tensors, 'tensors');
  const entryCount = bounded(reader.uint64(), MAX.entries, 'metadata entries');
  if (tensorCount === 0) throw new GgufError('it has no tensors');
  const metadata = readMetadata(reader, entryCount);
  const { spans, parameterCount, bytesByType } = readTensors(reader, tensorCount);
  const alignment = readAlignment(metadata);
  const dataStart = Math.ceil(reader.position / alignment) * alignment;
  for (const { name, offset, bytes } of spans) {
    if (offset % alignment !== 0) throw new GgufError(`the tensor "${name}" is not aligned`);
    if (dataStart + offset + bytes > reader.size) throw new GgufError(`the tensor "${name}" ends behind the end of the file`);
  }
  return { version, metadata, tensorCount, parameterCount, bytesByType };
}

function readVersion(reader: ByteReader): number {
  const version = reader.uint32();
  if (version === 2 || version === 3) return version;
  if (version === 2 << 24 || version === 3 << 24) throw new GgufError('it is a big-endian file');
  throw new GgufError(`it has version ${version}; 2 and 3 are known`);
}

function readMetadata(reader: ByteReader, count: number): Map<string, GgufValue> {
  const metadata = new Map<string, GgufValue>();
  for (let index = 0; index < count; index++) {
    const key = reader.string(MAX.keyBytes);
    if (metadata.has(key)) throw new GgufError(`the key "${key.slice(0, 80)}" is there twice`);
    metadata.set(key, readValue(reader, reader.uint32()));
  }
  return metadata;
}

function readValue(reader: ByteReader, type: number): GgufValue {
  if (type === STRING) return reader.string(MAX.textBytes);
  if (type === ARRAY) return skipArray(reader);
  if (type === UINT32) return reader.uint32();
  if (type === UINT64) return reader.uint64();
  reader.skip(scalarBytes(type));
  return true;
}

function skipArray(reader: ByteReader): GgufValue {
  const type = reader.uint32();
  const length = bounded(reader.uint64(), MAX.arrayLength, 'elements of an array');
  if (type === ARRAY) throw new GgufError('it has an array of arrays');
  if (type !== STRING) reader.skip(length * scalarBytes(type));
  else for (let index = 0; index < length; index++) reader.skip(bounded(reader.uint64(), MAX.textBytes, 'bytes of a text'));
  return { length };
}

function scalarBytes(type: number): number {
  const bytes = SCALAR_BYTES[type];
  if (bytes === undefined) throw new GgufError(`a metadata entry has the unknown type ${type}`);
  return bytes;
}

interface Span {
  readonly name: string;
  readonly offset: number;
  readonly bytes: number;
}

function readTensors(reader: ByteReader, count: number): { spans: Span[]; parameterCount: number; bytesByType: Map<string, number> } {
  const names = new Set<string>();
  const spans: Span[] = [];
  const bytesByType = new Map<string, number>();
  let parameterCount = 0;
  for (let index = 0; index < count; index++) {
    const name = reader.string(MAX.tensorNameBytes);
    if (names.has(name)) throw new GgufError(`the tensor "${name}" is there twice`);
    names.add(name);
    const dimensions = Array.from({ length: bounded(reader.uint32(), MAX.dimensions, 'dimensions') }, () => reader.uint64());
    const { typeName, elements, bytes } = measureTensor(reader.uint32(), dimensions);
    spans.push({ name, offset: reader.uint64(), bytes });
    bytesByType.set(typeName, (bytesByType.get(typeName) ?? 0) + bytes);
    parameterCount += elements;
  }
  return { spans, parameterCount, bytesByType };
}

function readAlignment(metadata: ReadonlyMap<string, GgufValue>): number {
  const alignment = metadata.get('general.alignment') ?? DEFAULT_ALIGNMENT;
  const isPowerOfTwo = typeof alignment === 'number' && alignment > 0 && alignment <= MAX.alignment && (alignment & (alignment - 1)) === 0;
  if (!isPowerOfTwo) throw new GgufError('its alignment is no power of two');
  return alignment;
}

function bounded(count: number, max: number, what: string): number {
  if (count > max) throw new GgufError(`it claims ${count} ${what}; at most ${max} are read`);
  return count;
}
