/** Formats that an image may have, told by its first bytes. Others (SVG, PDF, HEIC, camera raw, ...) never reach a decoder. */
export const IMAGE_FORMATS = ['jpeg', 'png', 'webp', 'gif', 'tiff', 'avif'] as const;
export type ImageFormat = (typeof IMAGE_FORMATS)[number];

const HEAD_BYTES = 64;

/** The format of an encoded image by its signature, or undefined when it is none that is supported. */
export function imageFormatOf(bytes: Uint8Array): ImageFormat | undefined {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, HEAD_BYTES)).toString('latin1');
  if (head.startsWith('\xff\xd8\xff')) return 'jpeg';
  if (head.startsWith('\x89PNG\r\n\x1a\n')) return 'png';
  if (head.startsWith('RIFF') && head.slice(8, 12) === 'WEBP') return 'webp';
  if (head.startsWith('GIF87a') || head.startsWith('GIF89a')) return 'gif';
  if (head.startsWith('II*\0') || head.startsWith('MM\0*')) return 'tiff';
  // ISO 14496-12: size, `ftyp`, major brand, version, compatible brands.
  if (head.slice(4, 8) === 'ftyp' && /^(avif|avis)/.test(head.slice(8, 12))) return 'avif';
  return undefined;
}
