import type { InputValue } from '../encoding/encode-input.js';
import { packTensors } from '../encoding/pack-tensors.js';
import { writeCbor } from '../encoding/write-cbor.js';

/** Shorter lists of a tensor in JSON stay lists on their way to the engine. */
const PACKED_MIN = 16;

/** Shorter texts are taken for texts, whatever they look like. */
const BASE64_MIN = 64;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/**
 * The CBOR that the engine was given of an input, in each of the ways in which doors write it: as it is, and, where it came as JSON to a door of
 * ours, with the longer lists of its tensors as typed arrays. Bytes are the CBOR itself, as it was sent.
 */
export function inputSpellings(input: InputValue): Uint8Array<ArrayBuffer>[] {
  if (ArrayBuffer.isView(input)) return [asBytes(input)];
  return [input, packTensors(input, PACKED_MIN)].map(writeCbor);
}

/**
 * The CBOR that the engine gave, as far as its JSON tells: that has typed arrays as lists and bytes as base64, so both are tried. Bytes are the CBOR
 * itself, as it is answered with `Accept: application/cbor`: where the JSON does not tell (-0 in a tensor, a 64-bit integer outside of one), that is the way.
 */
export function outputSpellings(output: InputValue): Uint8Array<ArrayBuffer>[] {
  if (ArrayBuffer.isView(output)) return [asBytes(output)];
  const packed = packTensors(output, 0);
  return [packed, output, withBytes(packed), withBytes(output)].map(writeCbor);
}

function asBytes({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array<ArrayBuffer> {
  return new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);
}

function withBytes(value: InputValue): InputValue {
  if (typeof value === 'string') return bytesOf(value) ?? value;
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  if (Array.isArray(value)) return (value as readonly InputValue[]).map(withBytes);
  return Object.fromEntries(Object.entries(value as object).map(([key, item]: [string, InputValue]) => [key, withBytes(item)]));
}

function bytesOf(text: string): Uint8Array | undefined {
  if (text.length < BASE64_MIN || text.length % 4 !== 0 || !BASE64.test(text)) return undefined;
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
