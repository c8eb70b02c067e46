import type { PredictCommand } from '@steelyard/domain-inference';
import { httpErrors, type BareRequest } from '@steelyard/platform-http';
import { decodeValue, parseJson } from '@steelyard/wire';

const JSON_TYPE = /^application\/json *(;|$)/i;
const CBOR_TYPE = /^application\/cbor *(;|$)/i;

/** @throws HTTP.MEDIA_TYPE_UNSUPPORTED, HTTP.BODY_MALFORMED */
export function readJson({ headers, body }: Pick<BareRequest, 'headers' | 'body'>): unknown {
  refuseCompressed(headers);
  const type = headers['content-type'];
  if (type === undefined || !JSON_TYPE.test(type)) throw httpErrors.MEDIA_TYPE_UNSUPPORTED({ type: type ?? null, expected: 'application/json' });
  return decoded('JSON', () => parseJson(body));
}

/** A body of either format, as the input of a command. @throws HTTP.MEDIA_TYPE_UNSUPPORTED, HTTP.BODY_MALFORMED */
export function readJsonOrCbor({ headers, body }: Pick<BareRequest, 'headers' | 'body'>): Pick<PredictCommand, 'input' | 'encoded'> {
  refuseCompressed(headers);
  const type = headers['content-type'];
  if (type !== undefined && JSON_TYPE.test(type)) return { input: decoded('JSON', () => parseJson(body)) };
  if (type !== undefined && CBOR_TYPE.test(type)) {
    const encoded = new Uint8Array(body.buffer, body.byteOffset, body.byteLength);
    return { input: decoded('CBOR', () => decodeValue(encoded)), encoded };
  }
  throw httpErrors.MEDIA_TYPE_UNSUPPORTED({ type: type ?? null, expected: 'application/json or application/cbor' });
}

/** A small body may unpack to any size. @throws HTTP.MEDIA_TYPE_UNSUPPORTED */
export function refuseCompressed({ 'content-encoding': encoding }: BareRequest['headers']): void {
  if (encoding === undefined || encoding === 'identity') return;
  throw httpErrors.MEDIA_TYPE_UNSUPPORTED({ type: `compressed (${encoding})`, expected: 'sent as it is' });
}

function decoded(format: string, decode: () => unknown): unknown {
  try {
    return decode();
  } catch (error) {
    throw httpErrors.BODY_MALFORMED({ format, reason: (error as Error).message });
  }
}
