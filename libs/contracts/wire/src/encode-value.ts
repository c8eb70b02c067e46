import { Encoder } from 'cbor-x';
import { checkEncodable, wellFormed } from './check-encodable.js';
import { wireErrors } from './errors.js';

/** No records, no shared structures: every message can be read alone and by any CBOR reader. */
const encoder = new Encoder({
  useRecords: false,
  mapsAsObjects: true,
  variableMapSize: true,
  tagUint8Array: false,
  pack: false,
  structuredClone: false,
});

/**
 * A value as CBOR: plain objects as maps with text keys, typed arrays under their RFC 8746 tag (a `Float32Array` is tag 85
 * on a little-endian machine), a `bigint` from 1 - 2^64 to 2^64 - 1 as a
 * 64-bit integer, a `Uint8Array` as a byte string. What {@link decodeValue}
 * does not read (dates, sets, class instances with their own tags, nesting deeper than it goes) is refused. As in JSON, the number
 * -0 becomes 0; within a typed array it stays. Lone halves of surrogate pairs become U+FFFD.
 * The bytes are never written to again.
 * @throws AppError `WIRE.UNENCODABLE`
 */
export function encodeValue(value: unknown): Uint8Array {
  const sound = checkEncodable(value) ? value : wellFormed(value);
  try {
    return encoder.encode(sound);
  } catch (error) {
    throw wireErrors.UNENCODABLE({ reason: error instanceof Error ? error.message : String(error) }, error);
  }
}
