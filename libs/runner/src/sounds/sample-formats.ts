/** How a WAV says that its samples are stored. */
export interface SampleFormat {
  /** The registered number of the format; 1 is PCM, 3 is floating point. */
  readonly tag: number;
  readonly bits: number;
}

export interface SampleReader {
  readonly bytes: number;
  /** From -1 to 1. */
  readonly read: (view: DataView, at: number) => number;
}

const READERS: Readonly<Record<string, SampleReader>> = {
  // 8 bits alone are unsigned.
  '1:8': { bytes: 1, read: (view, at) => (view.getUint8(at) - 128) / 128 },
  '1:16': { bytes: 2, read: (view, at) => view.getInt16(at, true) / 2 ** 15 },
  '1:24': { bytes: 3, read: (view, at) => (view.getInt8(at + 2) * 2 ** 16 + view.getUint16(at, true)) / 2 ** 23 },
  '1:32': { bytes: 4, read: (view, at) => view.getInt32(at, true) / 2 ** 31 },
  '3:32': { bytes: 4, read: (view, at) => view.getFloat32(at, true) },
  '3:64': { bytes: 8, read: (view, at) => view.getFloat64(at, true) },
};

const COMPRESSIONS: Readonly<Record<number, string>> = { 2: 'ADPCM', 6: 'A-law', 7: 'mu-law', 17: 'IMA ADPCM', 49: 'GSM 6.10', 80: 'MPEG', 85: 'MP3', 255: 'AAC' };

/** Reads one sample of a format; its name where it is none that is read here. */
export function sampleReaderOf({ tag, bits }: SampleFormat): SampleReader | string {
  const reader = READERS[`${tag}:${bits}`];
  if (reader) return reader;
  if (tag === 1) return `PCM of ${bits} bits`;
  if (tag === 3) return `floating point of ${bits} bits`;
  return COMPRESSIONS[tag] ?? `the format ${tag}`;
}
