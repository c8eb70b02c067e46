import type { PriceUnit } from '@steelyard/kernel';
import { exactly, type CallFacts, type Measure } from './measure.js';
import { audioMicros, images } from './media.js';
import { countCharacters, textsOf } from './texts.js';
import { inputTokens, outputTokens } from './tokens.js';

const micros = (ms: number): bigint => BigInt(Math.min(Math.max(Math.round(ms * 1_000) || 0, 0), Number.MAX_SAFE_INTEGER));

/** How every unit that a price may have is measured. */
export const MEASURES: Readonly<Record<PriceUnit, Measure>> = {
  request: { before: () => exactly(1n) },
  input_token: { before: inputTokens, after: ({ tokens }) => BigInt(tokens().inputTokens) },
  output_token: { before: outputTokens, after: ({ tokens }) => BigInt(tokens().outputTokens), slice: 64n },
  compute_second: {
    before: ({ longestMs, version }) => ({ least: 0n, most: micros(Math.min(longestMs, version.manifest.limits.runMs)) }),
    after: ({ computeMs }) => micros(computeMs),
    slice: 2_000_000n,
  },
  audio_second: { before: audioMicros },
  image: { before: images },
  character: { before: (call) => exactly(textsOf(call).reduce((sum, text) => sum + countCharacters(text), 0)) },
  megabyte: { before: ({ inputBytes }: CallFacts) => exactly(inputBytes) },
  embedding: { before: (call) => exactly(textsOf(call).length) },
};
