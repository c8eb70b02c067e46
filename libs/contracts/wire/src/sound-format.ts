/** What people call files that are not WAV, by how they begin; only for saying what came. */
const OTHERS: readonly (readonly [name: string, begins: RegExp])[] = [
  ['an Ogg file', /^OggS/],
  ['a FLAC file', /^fLaC/],
  ['an MP3 file', /^(ID3|\xff[\xe2\xe3\xf2\xf3\xfa\xfb])/],
  ['an AAC file', /^(ADIF|\xff[\xf0\xf1\xf8\xf9])/],
  ['an MP4 file', /^.{4}ftyp/s],
  ['a WebM or Matroska file', /^.E\xdf\xa3/s],
  ['an AIFF file', /^FORM.{4}AIF[FC]/s],
  ['an AMR file', /^#!AMR/],
  ['an AU file', /^\.snd/],
  ['a CAF file', /^caff/],
  ['a WAV file of 64 bits (RF64)', /^(RF64|BW64)/],
  ['a big-endian WAV file (RIFX)', /^RIFX/],
  ['an AVI file', /^RIFF.{4}AVI /s],
  ['a picture', /^(\x89PNG|\xff\xd8\xff|GIF8|RIFF.{4}WEBP)/s],
];

const HEAD_BYTES = 16;

/** Whether bytes begin as WAV does; else what they are, as far as their first bytes tell. */
export function soundFormatOf(bytes: Uint8Array): 'wav' | { readonly other: string } {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, HEAD_BYTES)).toString('latin1');
  if (/^RIFF.{4}WAVE/s.test(head)) return 'wav';
  if (head === '') return { other: 'empty' };
  return { other: OTHERS.find(([, begins]) => begins.test(head))?.[0] ?? 'nothing that is known here' };
}
