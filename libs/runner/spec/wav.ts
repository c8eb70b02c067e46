export interface WavOptions {
  readonly rate?: number;
  readonly channels?: number;
  readonly bits?: number;
  readonly float?: boolean;
  readonly extensible?: boolean;
  /** What the header says of the size of the sound, where that is not so. */
  readonly statedSize?: number;
  /** Chunks between the header and the sound. */
  readonly before?: readonly Buffer[];
  readonly after?: readonly Buffer[];
}

/** A RIFF/WAVE file of interleaved samples from -1 to 1. */
export function wavOf(samples: ArrayLike<number>, { rate = 16_000, channels = 1, bits = 16, float = false, ...options }: WavOptions = {}): Uint8Array {
  const bytes = bits / 8;
  const data = Buffer.alloc(samples.length * bytes);
  for (let index = 0; index < samples.length; index++) write(data, index * bytes, samples[index] as number, { bits, float });
  const tag = float ? 3 : 1;
  const format = Buffer.alloc(options.extensible ? 40 : 16);
  format.writeUInt16LE(options.extensible ? 0xfffe : tag, 0);
  format.writeUInt16LE(channels, 2);
  format.writeUInt32LE(rate, 4);
  format.writeUInt32LE((rate * channels * bytes) % 2 ** 32, 8);
  format.writeUInt16LE(channels * bytes, 12);
  format.writeUInt16LE(bits, 14);
  if (options.extensible) Buffer.from(`1600${'00'.repeat(6)}0${tag}00000000001000800000aa00389b71`, 'hex').copy(format, 16);
  const sound = chunk('data', data);
  if (options.statedSize !== undefined) sound.writeUInt32LE(options.statedSize, 4);
  const body = Buffer.concat([Buffer.from('WAVE'), chunk('fmt ', format), ...(options.before ?? []), sound, ...(options.after ?? [])]);
  return Uint8Array.from(chunk('RIFF', body));
}

/** With the byte that brings the next chunk to an even place. */
export function chunk(id: string, content: Uint8Array): Buffer {
  const size = Buffer.alloc(4);
  size.writeUInt32LE(content.length);
  return Buffer.concat([Buffer.from(id), size, content, Buffer.alloc(content.length % 2)]);
}

export function tone(hertz: number, { rate = 16_000, seconds = 1, peak = 0.5 } = {}): Float64Array {
  return Float64Array.from({ length: Math.round(rate * seconds) }, (_, index) => peak * Math.sin((2 * Math.PI * hertz * index) / rate));
}

function write(data: Buffer, at: number, sample: number, { bits, float }: { bits: number; float: boolean }): void {
  if (float && bits === 32) data.writeFloatLE(sample, at);
  else if (float) data.writeDoubleLE(sample, at);
  else if (bits === 8) data.writeUInt8(Math.round(sample * 127 + 128), at);
  else data.writeIntLE(Math.max(-(2 ** (bits - 1)), Math.min(2 ** (bits - 1) - 1, Math.round(sample * 2 ** (bits - 1)))), at, bits / 8);
}
