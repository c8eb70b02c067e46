import { describe, expect, it } from '@jest/globals';
import { tone } from '../../spec/wav.js';
import { loudest } from './loudest.js';
import { resample } from './resample.js';

const seconds = 0.2;
const resampled = (hertz: number, from: number, to: number): Float32Array => resample({ rate: from, samples: Float32Array.from(tone(hertz, { rate: from, seconds })) }, to);
const middle = (samples: Float32Array): Float32Array => samples.subarray(samples.length / 4, (samples.length * 3) / 4);
const peakOf = (samples: Float32Array): number => samples.reduce((peak, sample) => Math.max(peak, Math.abs(sample)), 0);

describe('resample', () => {
  const rates = [[48_000, 16_000], [44_100, 16_000], [8_000, 16_000], [16_000, 8_000], [22_050, 16_000], [47_999, 16_000], [4_000, 192_000], [192_000, 4_000]] as const;

  it.each(rates)('keeps a tone from %d to %d as it is', (from, to) => {
    for (const hertz of [50, 440, 0.35 * Math.min(from, to)]) {
      const wanted = tone(hertz, { rate: to, seconds });
      const got = resampled(hertz, from, to);
      expect(got).toHaveLength(wanted.length);
      const error = middle(got.map((sample, index) => sample - (wanted[index] as number)));
      expect([hertz, peakOf(error) < 0.001]).toEqual([hertz, true]);
    }
  });

  it.each([[48_000, 16_000, 9_000], [48_000, 16_000, 8_100], [44_100, 16_000, 15_000], [16_000, 8_000, 7_000], [192_000, 16_000, 60_000]])('from %d to %d lets nothing of a tone at %d Hz through', (from, to, hertz) => {
    expect(peakOf(middle(resampled(hertz, from, to)))).toBeLessThan(0.5 * 1e-3);
  });

  it('makes no difference between a constant and itself, and does not touch what has the rate', () => {
    const samples = new Float32Array(4_410).fill(0.5);
    for (const sample of middle(resample({ rate: 44_100, samples }, 16_000))) expect(sample).toBeCloseTo(0.5, 3);
    expect(resample({ rate: 16_000, samples }, 16_000)).toBe(samples);
  });

  it('takes one sample too', () => {
    expect(resample({ rate: 48_000, samples: Float32Array.of(1) }, 16_000)).toHaveLength(1);
    expect(resample({ rate: 4_000, samples: Float32Array.of(1) }, 16_000)).toHaveLength(4);
  });
});

describe('loudest', () => {
  it('is the part with the most energy, with its middle in the middle', () => {
    const samples = new Float32Array(100);
    samples.fill(0.1, 0, 30);
    samples.fill(-0.9, 60, 64);
    expect([...loudest(samples, 10)]).toEqual([...samples.subarray(57, 67)]);
    expect(loudest(samples, 100)).toBe(samples);
  });

  it('has silence at both ends of what is shorter', () => {
    expect([...loudest(Float32Array.of(1, 2, 3), 6)]).toEqual([0, 1, 2, 3, 0, 0]);
    expect([...loudest(new Float32Array(3), 2)]).toEqual([0, 0]);
  });
});
