import { describe, expect, it } from '@jest/globals';
import type { PriceUnit } from '@steelyard/kernel';
import type { TaskName } from '@steelyard/tasks';
import { modelOf } from '../gateway.fixture.js';
import type { CallFacts } from './measure.js';
import { MEASURES } from './measures.js';
import { firstSlice, measureAfter, mostOf } from './quantities.js';

const terms = (...units: PriceUnit[]) => ({ currency: 'usd', components: units.map((unit) => ({ unit, amountNano: 1n, per: 1n })) });

function factsOf(task: TaskName, input: unknown, more: Partial<CallFacts> & { schema?: object } = {}): CallFacts {
  const version = modelOf({ providerTenantId: 'p', task, price: terms('request'), runMs: 5_000, ...(more.schema && { input: more.schema as Record<string, unknown> }) });
  return { version, input, inputBytes: 10, longestMs: 30_000, ...more };
}

const before = (unit: PriceUnit, task: TaskName, input: unknown, more = {}) => {
  const { least, most } = MEASURES[unit].before(factsOf(task, input, more));
  return least === most ? Number(most) : [Number(least), Number(most)];
};

/** A WAV of so many samples of 16 bits, with a chunk of notes before the sound. */
function wav({ samples = 12_000, statedBytes = samples * 4 }: { samples?: number; statedBytes?: number }): Buffer {
  const [rate, channels] = [8_000, 2];
  const notes = Buffer.from('LIST\x05\x00\x00\x00hello\x00', 'latin1');
  const header = Buffer.alloc(24);
  header.write('fmt ', 0, 'latin1');
  header.writeUInt32LE(16, 4);
  header.writeUInt16LE(1, 8);
  header.writeUInt16LE(channels, 10);
  header.writeUInt32LE(rate, 12);
  header.writeUInt16LE(channels * 2, 20);
  header.writeUInt16LE(16, 22);
  const data = Buffer.alloc(8 + samples * channels * 2);
  data.write('data', 0, 'latin1');
  data.writeUInt32LE(statedBytes, 4);
  return Buffer.concat([Buffer.from('RIFF\0\0\0\0WAVE', 'latin1'), header, notes, data]);
}

describe('before a call', () => {
  it('is a request, and so many bytes', () => {
    expect(before('request', 'custom', {})).toBe(1);
    expect(before('megabyte', 'custom', {}, { inputBytes: 1_500_000 })).toBe(1_500_000);
  });

  it('has so many characters, as Unicode counts them', () => {
    expect(before('character', 'text-classification', { text: 'aü🦊' })).toBe(3);
    expect(before('character', 'text-classification', { texts: ['ab', 'c'], n: 7 }, { schema: {} })).toBe(3);
    expect(before('character', 'text-generation', { messages: [{ role: 'user', content: '四个' }, { role: 'assistant', content: 'b' }], stop: ['xyz'] })).toBe(3);
    expect(before('character', 'text-generation', { prompt: 'abc' })).toBe(3);
  });

  it('has so many texts to embed', () => {
    expect(before('embedding', 'text-embedding', { text: 'a' })).toBe(1);
    expect(before('embedding', 'text-embedding', { texts: ['a', 'b', 'c'] }, { schema: {} })).toBe(3);
  });

  it('has so many pictures', () => {
    expect(before('image', 'image-classification', { image: 'AAAA' })).toBe(1);
    const media = { type: 'string', contentMediaType: 'image/png', contentEncoding: 'base64' };
    const schema = { properties: { first: media, others: { type: 'array', items: media }, sound: { ...media, contentMediaType: 'audio/wav' }, caption: { type: 'string' } } };
    expect(before('image', 'image-classification', { others: ['AA', 'BB'], sound: 'CC', caption: 'x' }, { schema })).toBe(2);
  });

  it.each<[string, unknown]>([
    ['bytes', wav({})],
    ['base64', wav({}).toString('base64')],
    ['a data URL', `data:audio/wav;base64,${wav({}).toString('base64')}`],
    ['an unknown length', wav({ statedBytes: 0xffff_ffff })],
  ])('lasts as long as its WAV says: %s', (_form, audio) => {
    expect(before('audio_second', 'audio-classification', { audio })).toBe(1_500_000);
  });

  it('lasts no longer than what came of its WAV', () => {
    expect(before('audio_second', 'audio-classification', { audio: wav({ samples: 8_000, statedBytes: 1_000_000 }) })).toBe(1_000_000);
  });

  it.each([
    ['an MP3', Buffer.from('ID3 and so on'), 'it is an MP3 file; send WAV'],
    ['nothing', Buffer.alloc(0), 'it is empty; send WAV'],
    ['no header', wav({}).subarray(0, 12), 'no "fmt " chunk'],
    ['half a header', wav({}).subarray(0, 30), 'does not say how long a second is'],
    ['a header alone', wav({}).subarray(0, 36), 'no "data" chunk'],
    ['chunks without end', Buffer.concat([wav({}).subarray(0, 12), Buffer.alloc(100_000)]), 'no "fmt " chunk'],
  ])('is refused where its length cannot be told: %s', (_name, audio, message) => {
    const problems = [{ path: 'audio', message: expect.stringContaining(message) }];
    expect(() => before('audio_second', 'audio-classification', { audio })).toThrow(expect.objectContaining({ code: 'INFERENCE.INPUT_INVALID', details: expect.objectContaining({ problems }) }));
  });

  it('reads a token for each byte at most, with what is around the text', () => {
    expect(before('input_token', 'text-generation', { prompt: 'aü' })).toEqual([1, 3 + 8]);
    expect(before('input_token', 'text-generation', { messages: [{ role: 'user', content: 'ab' }, { role: 'user', content: 'c' }] })).toEqual([1, 3 + 256 + 2 * 32]);
  });

  it('writes maxTokens at most, or the default of the task', () => {
    expect(before('output_token', 'text-generation', { prompt: 'a' })).toEqual([0, 128]);
    expect(before('output_token', 'text-generation', { prompt: 'a', maxTokens: 7 })).toEqual([0, 7]);
    expect(before('output_token', 'text-generation', { prompt: 'a', maxTokens: 1e300 }, { schema: {} })).toEqual([0, 32_768]);
    expect(before('output_token', 'text-generation', { prompt: 'a', maxTokens: 'many' }, { schema: {} })).toEqual([0, 128]);
  });

  it('runs to its deadline or the limit of the model', () => {
    expect(before('compute_second', 'custom', {})).toEqual([0, 5_000_000]);
    expect(before('compute_second', 'custom', {}, { longestMs: 1_200 })).toEqual([0, 1_200_000]);
  });

  it('is not looked at for a price by the request', () => {
    const facts = { get input(): unknown { throw new TypeError('it was looked at'); } } as CallFacts;
    expect(mostOf({ ...terms('request'), free: { unit: 'request', quantity: 5n } }, facts)).toEqual({ request: 1n });
  });

  it('measures the free unit beside those of the components', () => {
    expect(mostOf({ ...terms('request'), free: { unit: 'character', quantity: 5n } }, factsOf('text-classification', { text: 'abc' }))).toEqual({ request: 1n, character: 3n });
  });

  it('begins with a slice of what grows', () => {
    expect(firstSlice({ request: 1n, input_token: 500n, output_token: 128n, compute_second: 1_000n })).toEqual({ request: 1n, input_token: 500n, output_token: 64n, compute_second: 1_000n });
  });
});

describe('after a call', () => {
  const run = { computeMs: 1.2345, tokens: () => ({ inputTokens: 5, outputTokens: 70 }) };

  it('is what was used', () => {
    expect(measureAfter({ request: 1n, input_token: 500n, output_token: 128n, compute_second: 10_000n, image: 3n }, run)).toEqual({ request: 1n, input_token: 5n, output_token: 70n, compute_second: 1_235n, image: 3n });
  });

  it('is never more than was held', () => {
    expect(measureAfter({ output_token: 64n, compute_second: 1_000n }, run)).toEqual({ output_token: 64n, compute_second: 1_000n });
    expect(measureAfter({ compute_second: 1_000n }, { ...run, computeMs: 1e300 })).toEqual({ compute_second: 1_000n });
  });
});
