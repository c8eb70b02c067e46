import { Encoder } from 'cbor-x';

const cbor = new Encoder({ useRecords: false, mapsAsObjects: true, tagUint8Array: false });

export const encodeValue = (value: unknown): Uint8Array => cbor.encode(value);
export const decodeValue = (bytes: Uint8Array): unknown => cbor.decode(bytes);
