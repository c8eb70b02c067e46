export interface ContentType {
  readonly type: string;
  /** Whether a browser may show it by itself: what cannot hold a script. */
  readonly inline: boolean;
}

/** How many bytes of a file say what it is. */
export const SIGNATURE_BYTES = 512;

const startsWith = (bytes: Buffer, signature: string, at = 0) => bytes.subarray(at, at + signature.length).equals(Buffer.from(signature, 'latin1'));
const isRiff = (bytes: Buffer, form: string) => startsWith(bytes, 'RIFF') && startsWith(bytes, form, 8);

const SIGNATURES: readonly (readonly [string, (bytes: Buffer) => boolean])[] = [
  ['image/png', (bytes) => startsWith(bytes, '\x89PNG\r\n\x1a\n')],
  ['image/jpeg', (bytes) => startsWith(bytes, '\xff\xd8\xff')],
  ['image/gif', (bytes) => startsWith(bytes, 'GIF87a') || startsWith(bytes, 'GIF89a')],
  ['image/webp', (bytes) => isRiff(bytes, 'WEBP')],
  ['audio/wav', (bytes) => isRiff(bytes, 'WAVE')],
  ['audio/mpeg', (bytes) => startsWith(bytes, 'ID3') || startsWith(bytes, '\xff\xfb')],
  ['audio/ogg', (bytes) => startsWith(bytes, 'OggS')],
  ['audio/flac', (bytes) => startsWith(bytes, 'fLaC')],
];

/**
 * What a file is, by its first bytes and never by its name. Text of any kind, HTML and SVG among it, is plain text or JSON and is not shown in a
 * page.
 */
export function contentTypeOf(beginning: Buffer): ContentType {
  const known = SIGNATURES.find(([, matches]) => matches(beginning));
  if (known) return { type: known[0], inline: true };
  if (beginning.includes(0)) return { type: 'application/octet-stream', inline: false };
  const text = beginning.toString('utf8').trimStart();
  return { type: text.startsWith('{') || text.startsWith('[') ? 'application/json; charset=utf-8' : 'text/plain; charset=utf-8', inline: false };
}
