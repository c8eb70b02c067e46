import { describe, expect, it } from '@jest/globals';
import { clock } from './clock';
import { peaksOf } from './peaks';
import { encodeWav, mixed } from './wav';

const RATE = 16_000;

describe('a WAV file', () => {
  const bytes = encodeWav(Float32Array.from([0, 1, -1, 0.5, 2, -2]), RATE);
  const view = new DataView(bytes.buffer);
  const text = (at: number) => String.fromCharCode(...bytes.slice(at, at + 4));

  it('says what it is: PCM, one channel, 16 bits, and how much of it', () => {
    expect([text(0), text(8), text(12), text(36)]).toEqual(['RIFF', 'WAVE', 'fmt ', 'data']);
    expect([view.getUint32(4, true), view.getUint32(40, true), bytes.length]).toEqual([36 + 12, 12, 44 + 12]);
    expect([view.getUint32(16, true), view.getUint16(20, true), view.getUint16(22, true), view.getUint32(24, true)]).toEqual([16, 1, 1, RATE]);
    expect([view.getUint32(28, true), view.getUint16(32, true), view.getUint16(34, true)]).toEqual([2 * RATE, 2, 16]);
  });

  it('has the samples, cut where they are too loud', () => {
    expect(Array.from({ length: 6 }, (_, at) => view.getInt16(44 + 2 * at, true))).toEqual([0, 32_767, -32_768, 16_384, 32_767, -32_768]);
  });
});

describe('a recording', () => {
  it('of several channels becomes one of their mean', () => {
    expect(Array.from(mixed([Float32Array.from([1, 0]), Float32Array.from([0, -1])]))).toEqual([0.5, -0.5]);
    expect(mixed([])).toHaveLength(0);
  });

  it('has its lowest and highest sample in each stretch', () => {
    expect(peaksOf(Float32Array.from([0.5, -0.25, 0, 0.75]), 2)).toEqual([
      [-0.25, 0.5],
      [0, 0.75],
    ]);
    expect(peaksOf(new Float32Array(3), 10)).toHaveLength(3);
    expect(peaksOf(new Float32Array(), 10)).toEqual([]);
  });

  it.each([
    [0, '0:00.0'],
    [7.44, '0:07.4'],
    [59.96, '1:00.0'],
    [125, '2:05.0'],
  ])('of %d seconds is %s long', (seconds, written) => {
    expect(clock(seconds)).toBe(written);
  });
});
