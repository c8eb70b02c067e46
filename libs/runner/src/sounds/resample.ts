import type { Sound } from './read-wav.js';

/** Zero crossings of the sinc on each side, and where in the smaller band its edge lies: its slope ends where aliases would begin. */
const CROSSINGS = 32;
const ROLL_OFF = 0.92;
/** Shape of the Kaiser window: what is stopped comes through 80 dB weaker. */
const KAISER_BETA = 7.86;
/** Points of the kernel between two zero crossings; what lies between them is interpolated, to 100 dB. */
const POINTS = 512;
/** Filters for more places between two samples are not kept. */
const PHASES_KEPT_MAX = 1_024;

/**
 * The same sound at another rate, band-limited: a sinc under a Kaiser window (Smith, "Digital Audio Resampling"). The first sample
 * stays where it was; before and after the recording there is silence.
 */
export function resample({ rate, samples }: Sound, to: number): Float32Array {
  if (rate === to) return samples;
  const step = rate / to;
  const result = new Float32Array(Math.max(1, Math.round(samples.length / step)));
  const filters = filtersOf(rate, to);
  for (let index = 0; index < result.length; index++) {
    // Whole numbers, so that long recordings do not drift.
    const first = Math.floor((index * rate) / to);
    const taps = filters.taps((index * rate) % to);
    const start = first - filters.reach;
    let sum = 0;
    const from = Math.max(0, -start);
    const until = Math.min(taps.length, samples.length - start);
    for (let tap = from; tap < until; tap++) sum += (taps[tap] as number) * (samples[start + tap] as number);
    result[index] = sum;
  }
  return result;
}

interface Filters {
  /** How many samples before the place a filter begins. */
  readonly reach: number;
  /** The filter for a place `phase / to` behind a sample. */
  readonly taps: (phase: number) => Float32Array;
}

function filtersOf(rate: number, to: number): Filters {
  const cutoff = ROLL_OFF * Math.min(1, to / rate);
  const reach = Math.ceil(CROSSINGS / cutoff);
  const kept = new Map<number, Float32Array>();
  const isKept = to / greatestCommonDivisor(rate, to) <= PHASES_KEPT_MAX;
  const scratch = new Float32Array(2 * reach + 2);
  const fill = (taps: Float32Array, phase: number): Float32Array => {
    const behind = phase / to;
    for (let tap = 0; tap < taps.length; tap++) taps[tap] = cutoff * kernelAt(Math.abs(tap - reach - behind) * cutoff);
    return taps;
  };
  return {
    reach,
    taps(phase) {
      if (!isKept) return fill(scratch, phase);
      let taps = kept.get(phase);
      if (!taps) kept.set(phase, (taps = fill(new Float32Array(scratch.length), phase)));
      return taps;
    },
  };
}

let kernel: Float64Array | undefined;

/** The windowed sinc, a given number of zero crossings from its middle. */
function kernelAt(crossings: number): number {
  kernel ??= Float64Array.from({ length: CROSSINGS * POINTS + 2 }, (_, point) => windowedSinc(point / POINTS));
  const place = crossings * POINTS;
  const point = Math.floor(place);
  if (point >= CROSSINGS * POINTS) return 0;
  const [left, right] = [kernel[point] as number, kernel[point + 1] as number];
  return left + (right - left) * (place - point);
}

function windowedSinc(x: number): number {
  if (x >= CROSSINGS) return 0;
  const sinc = x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
  return (sinc * besselI0(KAISER_BETA * Math.sqrt(1 - (x / CROSSINGS) ** 2))) / besselI0(KAISER_BETA);
}

/** The modified Bessel function of order 0, by its power series. */
function besselI0(x: number): number {
  let term = 1;
  let sum = 1;
  for (let k = 1; term > sum * 1e-12; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
