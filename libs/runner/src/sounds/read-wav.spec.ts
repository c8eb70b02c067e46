import { describe, expect, it } from '@jest/globals';
import { chunk, tone, wavOf } from '../../spec/wav.js';
import type { WavOptions } from '../../spec/wav.js';
import { readWav } from './read-wav.js';

const read = (bytes: Uint8Array, secondsMax = 60) => readWav({ field: 'audio', bytes, secondsMax });
const reasonOf = (bytes: Uint8Array, secondsMax?: number): string => {
  try {
    read(bytes, secondsMax);
  } catch (error) {
    const { code, details } = error as { code: string; details: { field: string; reason: string } };
    expect([code, details.field]).toEqual(['INPUT.INVALID', 'audio']);
    return details.reason;
  }
  return 'it was taken';
};
const text = (...parts: string[]): Uint8Array => Uint8Array.from(Buffer.from(parts.join(''), 'latin1'));

describe('a WAV', () => {
  const quarters = [0, 0.25, 0.5, -0.5, -1, 0.75];

  it.each<[WavOptions, number]>([
    [{ bits: 8 }, 2 ** -6],
    [{ bits: 16 }, 0],
    [{ bits: 24 }, 0],
    [{ bits: 32 }, 0],
    [{ bits: 32, float: true }, 0],
    [{ bits: 64, float: true }, 0],
    [{ bits: 24, extensible: true }, 0],
    [{ bits: 32, float: true, extensible: true }, 0],
  ])('of %j is read', (options, tolerance) => {
    const { rate, samples } = read(wavOf(quarters, { ...options, rate: 22_050 }));
    expect([rate, samples.length]).toEqual([22_050, quarters.length]);
    for (const [index, sample] of quarters.entries()) expect(Math.abs((samples[index] as number) - sample)).toBeLessThanOrEqual(tolerance);
  });

  it('of several channels is their mean', () => {
    expect([...read(wavOf([0.5, -0.5, 1, 0.5, -1, 0], { channels: 2, float: true, bits: 32 })).samples]).toEqual([0, 0.75, -0.5]);
    expect(read(wavOf(new Float32Array(6 * 100), { channels: 6 })).samples).toHaveLength(100);
  });

  it('may have chunks of any kind around its sound, of odd size too, damaged ones behind it', () => {
    const options = { before: [chunk('LIST', Buffer.from('odd')), chunk('fact', Buffer.alloc(4))], after: [chunk('LIST', Buffer.alloc(9)).subarray(0, 12)] };
    expect([...read(wavOf(quarters, options)).samples]).toEqual(quarters);
  });

  it.each([0, 0xffff_ffff, 0x7fff_f000, 0x8000_0000])('whose writer did not know its size and said %d goes to its end', (statedSize) => {
    expect([...read(wavOf(quarters, { statedSize })).samples]).toEqual(quarters);
  });

  it('may lie anywhere in a larger buffer, and end in the middle of a sample', () => {
    const file = wavOf(quarters, { statedSize: 0 });
    const buffer = Buffer.concat([Buffer.alloc(3), file, Buffer.alloc(1)]);
    expect([...read(new Uint8Array(buffer.buffer, buffer.byteOffset + 3, file.length + 1)).samples]).toEqual(quarters);
  });
});

describe('what is no WAV that can be read', () => {
  it.each([
    [text('OggS', '\0'.repeat(40)), 'it is an Ogg file; send WAV (RIFF/WAVE with PCM or floating point)'],
    [text('fLaC', '\0'.repeat(40)), 'it is a FLAC file; send WAV'],
    [text('ID3\x04'), 'it is an MP3 file; send WAV'],
    [text('\xff\xfb\x90\x00'), 'it is an MP3 file; send WAV'],
    [text('\xff\xf1\x50\x80'), 'it is an AAC file; send WAV'],
    [text('\0\0\0\x20ftypM4A '), 'it is an MP4 file; send WAV'],
    [text('\x1aE\xdf\xa3'), 'it is a WebM or Matroska file; send WAV'],
    [text('FORM\0\0\0\x20AIFF'), 'it is an AIFF file; send WAV'],
    [text('RIFX\0\0\0\x20WAVE'), 'it is a big-endian WAV file (RIFX); send WAV'],
    [text('\x89PNG\r\n\x1a\n'), 'it is a picture; send WAV'],
    [text('hello there, I am no sound'), 'it is nothing that is known here; send WAV'],
    [text(''), 'it is empty; send WAV'],
    [text('RIFF'), 'it is nothing that is known here; send WAV'],
    [text('RIFF\0\0\0\0WAVE'), 'the WAV has no "fmt " chunk'],
    [text('RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x01\0'), 'the "fmt " chunk of the WAV is cut off'],
    [wavOf([]), 'there is no sound in it'],
    [wavOf([0, 0]).subarray(0, 36), 'the WAV has no "data" chunk'],
    [wavOf(new Float32Array(100)).subarray(0, 100), 'it is cut off: its header promises 200 bytes of sound, and 56 came'],
    [wavOf([0], { rate: 3_999 }), 'its rate is 3999 samples a second; from 4000 to 192000 are taken'],
    [wavOf([0], { rate: 192_001 }), 'from 4000 to 192000'],
    [wavOf([0], { channels: 0 }), 'no channels'],
    [wavOf([NaN, 0], { bits: 32, float: true }), 'samples that are no numbers'],
    [wavOf([Infinity], { bits: 64, float: true }), 'samples that are no numbers'],
    [wavOf([20_000, -3_000], { bits: 32, float: true }), 'floating point goes from -1 to 1'],
  ])('is refused: %#', (bytes, reason) => {
    expect(reasonOf(bytes)).toContain(reason);
  });

  it.each([[2, 4, 'ADPCM'], [7, 8, 'mu-law'], [85, 0, 'MP3'], [1, 12, 'PCM of 12 bits'], [3, 16, 'floating point of 16 bits'], [999, 16, 'the format 999']])('is told by its format %d with %d bits', (tag, bits, name) => {
    const file = Buffer.from(wavOf([0, 0]));
    file.writeUInt16LE(tag, 20);
    file.writeUInt16LE(bits, 34);
    expect(reasonOf(file)).toBe(`it is WAV with ${name}; send PCM of 8, 16, 24 or 32 bits or floating point of 32 or 64`);
  });

  it('contradicts itself', () => {
    const file = Buffer.from(wavOf([0, 0]));
    file.writeUInt16LE(6, 32);
    expect(reasonOf(file)).toContain('contradicts itself: 1 x 2 bytes are not 6');
  });

  it('is too long', () => {
    const second = wavOf(tone(100));
    expect(reasonOf(second, 1)).toBe('it was taken');
    expect(reasonOf(second, 0.9)).toBe('it lasts 1.0 s; at most 0.9 s are taken');
  });

  it('is a file with any byte of its header changed: read or refused, never anything else', () => {
    const whole = wavOf([0, 0.5, 0.25], { extensible: true });
    for (let at = 0; at < 68; at++) {
      for (const value of [0, 1, 0x7f, 0xff]) {
        const file = Uint8Array.from(whole);
        file[at] = value;
        expect(typeof reasonOf(file)).toBe('string');
        expect(typeof reasonOf(file.subarray(0, at))).toBe('string');
      }
    }
  });
});
