import type { PreOp } from '@steelyard/model-package';
import { readMedia } from '../../read-media.js';
import { readWav } from '../../sounds/read-wav.js';
import { resample } from '../../sounds/resample.js';
import { loudest } from '../../sounds/loudest.js';
import type { Step } from '../bag.js';

type AudioOp = Extract<PreOp, { op: 'audio' }>;

/**
 * A WAV becomes a float32 tensor of one channel at the rate that the model wants: `[n]`, or `[frames, frame]` with silence in what
 * the last frame lacks. With `seconds` every recording has that length: the loudest part, or with silence at both ends.
 */
export function audio(op: AudioOp): Step {
  return (bag) => {
    const sound = readWav({ field: op.input, bytes: readMedia(op.input, bag.get(op.input)), secondsMax: op.secondsMax });
    const whole = resample(sound, op.rate);
    bag.durations.set(op.input, sound.samples.length / sound.rate);
    bag.delete(op.input);
    const samples = op.seconds === undefined ? whole : loudest(whole, Math.round(op.seconds * op.rate));
    bag.set(op.tensor, op.frame === undefined ? { dtype: 'float32', shape: [samples.length], data: samples } : framed(samples, op.frame));
  };
}

function framed(samples: Float32Array, frame: number): unknown {
  const count = Math.ceil(samples.length / frame);
  const data = new Float32Array(count * frame);
  data.set(samples);
  return { dtype: 'float32', shape: [count, frame], data };
}
