import type { InputObject, InputValue } from './encode-input.js';
import { writeCbor } from './write-cbor.js';

export interface EncodedBody {
  readonly type: 'application/json' | 'application/cbor';
  readonly body: string | Uint8Array<ArrayBuffer>;
}

/** The body of a call: CBOR where there are bytes or typed arrays in the input, which JSON would have to spell out, else JSON. */
export function encodeBody(input: InputObject): EncodedBody {
  if (!hasBinary(input)) return { type: 'application/json', body: JSON.stringify(input) };
  return { type: 'application/cbor', body: writeCbor(input) };
}

function hasBinary(value: InputValue): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return ArrayBuffer.isView(value) || Object.values(value as object).some((item: InputValue) => hasBinary(item));
}
