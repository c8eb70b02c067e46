import { inputErrors } from '@steelyard/runtime-kit';
import { soundFormatOf, wavLayoutOf } from '@steelyard/wire';
import { sampleReaderOf } from './sample-formats.js';

export const RATE_MIN = 4_000;
export const RATE_MAX = 192_000;

/** Float samples lie within -1 and 1; a little more is a loud recording, this is another scale. */
const FLOAT_PEAK_MAX = 8;

/** One channel of sound. */
export interface Sound {
  readonly rate: number;
  readonly samples: Float32Array;
}

export interface WavSource {
  /** For messages. */
  readonly field: string;
  readonly bytes: Uint8Array;
  /** A longer recording is refused before it is read. */
  readonly secondsMax: number;
}

/**
 * The mean of all channels of a RIFF/WAVE file, from -1 to 1: PCM of 8, 16, 24 or 32 bits, floating point of 32 or 64, also as
 * WAVE_FORMAT_EXTENSIBLE.
 * @throws AppError `INPUT.INVALID` with what came and what is expected.
 */
export function readWav({ field, bytes, secondsMax }: WavSource): Sound {
  const refuse = (reason: string): never => {
    throw inputErrors.INVALID({ field, reason });
  };
  const format = soundFormatOf(bytes);
  if (format !== 'wav') refuse(`it is ${(format as { other: string }).other}; send WAV (RIFF/WAVE with PCM or floating point)`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const layout = wavLayoutOf(bytes);
  if (!layout.hasHeader) refuse('the WAV has no "fmt " chunk: it is damaged');
  const wav = layout.header ?? refuse('the "fmt " chunk of the WAV is cut off');
  const { channels, rate } = wav;
  if (channels === 0) refuse('the WAV says that it has no channels');
  if (rate < RATE_MIN || rate > RATE_MAX) refuse(`its rate is ${rate} samples a second; from ${RATE_MIN} to ${RATE_MAX} are taken`);
  const reader = sampleReaderOf(wav);
  if (typeof reader === 'string') return refuse(`it is WAV with ${reader}; send PCM of 8, 16, 24 or 32 bits or floating point of 32 or 64`);
  if (wav.blockBytes !== channels * reader.bytes) refuse(`its header contradicts itself: ${channels} x ${reader.bytes} bytes are not ${wav.blockBytes}`);
  const data = layout.data ?? refuse('the WAV has no "data" chunk: there is no sound in it');
  if (data.start + data.size > view.byteLength) refuse(`it is cut off: its header promises ${data.size} bytes of sound, and ${view.byteLength - data.start} came`);
  const count = Math.floor(data.size / wav.blockBytes);
  if (count === 0) refuse('there is no sound in it: it holds 0 samples');
  const seconds = count / rate;
  if (seconds > secondsMax) refuse(`it lasts ${seconds.toFixed(1)} s; at most ${secondsMax} s are taken`);
  const samples = meanOf(view, { start: data.start, count, channels, ...reader });
  if (!samples.every((sample) => Math.abs(sample) <= FLOAT_PEAK_MAX)) refuse('it holds samples that are no numbers or far beyond 1; floating point goes from -1 to 1');
  return { rate, samples };
}

interface Block {
  readonly start: number;
  readonly count: number;
  readonly channels: number;
  readonly bytes: number;
  readonly read: (view: DataView, at: number) => number;
}

function meanOf(view: DataView, { start, count, channels, bytes, read }: Block): Float32Array {
  const samples = new Float32Array(count);
  for (let index = 0, at = start; index < count; index++) {
    let sum = 0;
    for (let channel = 0; channel < channels; channel++, at += bytes) sum += read(view, at);
    samples[index] = sum / channels;
  }
  return samples;
}
