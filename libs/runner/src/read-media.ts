import { inputErrors } from '@steelyard/runtime-kit';

const DATA_URL_PREFIX_LENGTH_MAX = 200;
/** Standard and URL-safe alphabets, padding optional, line breaks as mail programs add them. */
const NOT_BASE64 = /[^A-Za-z0-9+/=_\-\r\n]/;

/**
 * The bytes of a media field: bytes as they are, base64 text, or a `data:` URL with base64.
 * @throws AppError `INPUT.INVALID`.
 */
export function readMedia(field: string, value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value;
  if (typeof value !== 'string') throw inputErrors.INVALID({ field, reason: 'expected bytes, base64 text or a data: URL' });
  const text = value.startsWith('data:') ? dataOf(field, value) : value;
  if (NOT_BASE64.test(text)) throw inputErrors.INVALID({ field, reason: 'the text is not base64' });
  return Buffer.from(text, 'base64');
}

function dataOf(field: string, url: string): string {
  const comma = url.slice(0, DATA_URL_PREFIX_LENGTH_MAX).indexOf(',');
  if (comma < 0 || !url.slice(0, comma).endsWith(';base64')) {
    throw inputErrors.INVALID({ field, reason: 'the data: URL has no base64 in it' });
  }
  return url.slice(comma + 1);
}
