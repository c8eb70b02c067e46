/** Programs that write to a pipe do not know the size yet: they write 0, or nearly the largest number of 31 or 32 bits. */
const UNKNOWN_SIZE_MIN = 0x7fff_0000;

/** Chunks before the sound at most; real files have a handful, and a made-up one could have millions. */
const CHUNKS_MAX = 1_000;

/** What a WAV's "fmt " chunk says. */
export interface WavHeader {
  /** The registered number of the format; 1 is PCM, 3 is floating point. */
  readonly tag: number;
  readonly bits: number;
  readonly channels: number;
  /** Samples of each channel in a second. */
  readonly rate: number;
  /** One sample of every channel. */
  readonly blockBytes: number;
}

/** Where the sound of a RIFF/WAVE file is, and how it is stored. A part that is missing or cut off is undefined. */
export interface WavLayout {
  readonly hasHeader: boolean;
  readonly header: WavHeader | undefined;
  /** May reach beyond the end of a file that is cut off. */
  readonly data: { readonly start: number; readonly size: number } | undefined;
}

/** Reads the chunks of bytes that begin with RIFF and WAVE. */
export function wavLayoutOf(bytes: Uint8Array): WavLayout {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const chunks = chunksOf(view);
  const format = chunks.find(({ id }) => id === 'fmt ');
  return { hasHeader: format !== undefined, header: format && readHeader(view, format), data: chunks.find(({ id }) => id === 'data') };
}

interface Chunk {
  readonly id: string;
  readonly start: number;
  readonly size: number;
}

/** Up to the sound and no further: what comes behind it (titles, marks) is of no use, and often damaged. */
function chunksOf(view: DataView): Chunk[] {
  const chunks: Chunk[] = [];
  for (let at = 12; at + 8 <= view.byteLength && chunks.length < CHUNKS_MAX; ) {
    const id = String.fromCharCode(...[0, 1, 2, 3].map((place) => view.getUint8(at + place)));
    const stated = view.getUint32(at + 4, true);
    const start = at + 8;
    const size = id === 'data' && (stated === 0 || stated >= UNKNOWN_SIZE_MIN) ? view.byteLength - start : stated;
    chunks.push({ id, start, size });
    if (id === 'data') break;
    // Chunks begin at even places.
    at = start + size + (size % 2);
  }
  return chunks;
}

const EXTENSIBLE = 0xfffe;
/** Where the sub-format's GUID lies; its first two bytes are the tag of the format proper. */
const SUBFORMAT_AT = 24;

function readHeader(view: DataView, { start, size }: Chunk): WavHeader | undefined {
  if (size < 16 || start + size > view.byteLength) return undefined;
  const tag = view.getUint16(start, true);
  if (tag === EXTENSIBLE && size < SUBFORMAT_AT + 16) return undefined;
  return {
    tag: tag === EXTENSIBLE ? view.getUint16(start + SUBFORMAT_AT, true) : tag,
    channels: view.getUint16(start + 2, true),
    rate: view.getUint32(start + 4, true),
    blockBytes: view.getUint16(start + 12, true),
    bits: view.getUint16(start + 14, true),
  };
}
