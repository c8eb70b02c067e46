import { encodeWav, mixed } from './wav';

/** Samples a second of what is sent: what models of speech work with. */
const SAMPLE_RATE = 16_000;
/** As WAV in base64 this stays under what a call may carry by default. */
export const SECONDS_MAX = 300;
/** A larger file is not even opened: the browser would unpack all of it. */
const FILE_BYTES_MAX = 64 * 1024 * 1024;

export type Unusable = 'unreadable' | 'too-long';

/** Any recording that this browser can read (WAV, MP3, Ogg, M4A, WebM), as WAV of 16 bits, one channel and 16 kHz. */
export async function toWav(file: Blob): Promise<Blob | Unusable> {
  if (file.size > FILE_BYTES_MAX) return 'too-long';
  const decoded = await decode(await file.arrayBuffer(), SAMPLE_RATE);
  if (!decoded || decoded.length === 0) return 'unreadable';
  if (decoded.duration > SECONDS_MAX) return 'too-long';
  return new Blob([encodeWav(samplesOf(decoded), SAMPLE_RATE)], { type: 'audio/wav' });
}

/** The samples of a file at the given rate; undefined when the browser cannot read it. */
export async function decode(bytes: ArrayBuffer, sampleRate: number): Promise<AudioBuffer | undefined> {
  try {
    return await new OfflineAudioContext(1, 1, sampleRate).decodeAudioData(bytes);
  } catch {
    return undefined;
  }
}

export function samplesOf(recording: AudioBuffer): Float32Array {
  return mixed(Array.from({ length: recording.numberOfChannels }, (_, channel) => recording.getChannelData(channel)));
}
