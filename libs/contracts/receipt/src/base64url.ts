const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Bytes as base64url without padding (RFC 4648, section 5). */
export function toBase64Url(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const left = bytes.length - at;
    const group = (bytes[at]! << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    for (let digit = 0; digit <= Math.min(left, 3); digit += 1) text += DIGITS[(group >> (18 - 6 * digit)) & 63];
  }
  return text;
}

/** The bytes of a text that {@link toBase64Url} would write in just this way; `undefined` for any other. */
export function fromBase64Url(text: string): Uint8Array<ArrayBuffer> | undefined {
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  let [bits, waiting, at] = [0, 0, 0];
  for (const character of text) {
    const digit = DIGITS.indexOf(character);
    if (digit === -1) return undefined;
    bits = ((bits << 6) | digit) & 0xfff;
    waiting += 6;
    if (waiting < 8) continue;
    waiting -= 8;
    bytes[at++] = bits >> waiting;
  }
  // Bits that are left over are 0, else two texts would mean the same bytes.
  return toBase64Url(bytes) === text ? bytes : undefined;
}
