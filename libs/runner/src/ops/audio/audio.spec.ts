import { describe, expect, it } from '@jest/globals';
import type { Manifest, PostOp, PreOp } from '@steelyard/model-package';
import { tone, wavOf } from '../../../spec/wav.js';
import { compilePipeline } from '../../pipeline.js';
import { Bag } from '../bag.js';
import { compilePost, compilePre } from '../registry.js';

type Tensor = { readonly shape: number[]; readonly data: Float32Array };

const floats = (...data: number[]) => ({ dtype: 'float32', shape: [data.length], data: Float32Array.from(data) });
const invalid = (reason: string) => expect.objectContaining({ code: 'INPUT.INVALID', details: expect.objectContaining({ reason: expect.stringContaining(reason) }) });

describe('audio', () => {
  const op: Extract<PreOp, { op: 'audio' }> = { op: 'audio', input: 'audio', tensor: 'x', rate: 16_000, secondsMax: 60 };
  const hear = (bytes: unknown, options: Partial<typeof op> = {}): Tensor => {
    const bag = new Bag({ audio: bytes });
    void compilePre({ ...op, ...options })(bag);
    expect([...bag.keys()]).toEqual(['x']);
    return bag.get('x') as Tensor;
  };

  it('is a tensor of one channel at the rate asked for, of bytes, base64 and data: URLs', () => {
    const stereo = Float64Array.from({ length: 2 * 4_410 }, (_, index) => (index % 2 === 0 ? 0.5 : 0));
    const file = wavOf(stereo, { rate: 44_100, channels: 2 });
    const text = Buffer.from(file).toString('base64');
    for (const sent of [file, text, `data:audio/wav;base64,${text}`]) {
      const { shape, data } = hear(sent);
      expect(shape).toEqual([1_600]);
      expect(data[800]).toBeCloseTo(0.25, 3);
    }
  });

  it('may come in frames, the last with silence in what it lacks', () => {
    const { shape, data } = hear(wavOf([0.5, 0.5, 0.5, -0.5, 0.25]), { frame: 2 });
    expect([shape, [...data]]).toEqual([[3, 2], [0.5, 0.5, 0.5, -0.5, 0.25, 0]]);
  });

  it('may have one length', () => {
    expect(hear(wavOf([0.5]), { seconds: 3 / 16_000 })).toMatchObject({ shape: [3], data: Float32Array.of(0, 0.5, 0) });
    const { shape, data } = hear(wavOf([...tone(200, { peak: 0.01 }), ...tone(200, { seconds: 0.5 }), ...tone(200, { peak: 0.01 })]), { seconds: 0.5, frame: 400 });
    expect(shape).toEqual([20, 400]);
    expect(data.reduce((sum, sample) => sum + sample * sample, 0) / data.length).toBeCloseTo(0.125, 2);
  });

  it('refuses what is no WAV, is too long or is missing', () => {
    expect(() => hear(Buffer.from('OggS and so on'))).toThrow(invalid('an Ogg file; send WAV'));
    expect(() => hear(wavOf(tone(100)), { secondsMax: 0.5 })).toThrow(invalid('lasts 1.0 s'));
    expect(() => hear(undefined)).toThrow(invalid('expected bytes'));
  });
});

describe('segments', () => {
  const op: Extract<PostOp, { op: 'segments' }> = {
    op: 'segments', tensor: 'p', input: 'audio', stepSeconds: 0.1, threshold: 0.5, thresholdEnd: 0.35, speechSecondsMin: 0.2, silenceSecondsMin: 0.2, padSeconds: 0,
  };
  const find = (probabilities: number[], options: Partial<typeof op> = {}, duration = probabilities.length / 10) => {
    const bag = new Bag({ p: floats(...probabilities) }, undefined, new Map([['audio', duration]]));
    compilePost({ ...op, ...options })(bag);
    return Object.fromEntries(bag) as { segments: { start: number; end: number; score: number }[]; speechSeconds: number; durationSeconds: number };
  };
  const times = (...args: Parameters<typeof find>) => find(...args).segments.map(({ start, end }) => [start, end]);

  it('are where the probability is high, with its mean', () => {
    const { segments: [first, second], ...rest } = find([0, 0.75, 1, 0, 0, 0, 0.5, 0.5, 0.5, 0.5]);
    expect(first).toEqual({ start: 0.1, end: 0.3, score: 0.875 });
    expect(second).toEqual({ start: 0.6, end: 1, score: 0.5 });
    expect(rest).toEqual({ speechSeconds: 0.6, durationSeconds: 1 });
    expect(find([0, 0.1])).toEqual({ segments: [], speechSeconds: 0, durationSeconds: 0.2 });
  });

  it('begin at one threshold and end at another', () => {
    expect(times([0.4, 0.4, 0.6, 0.4, 0.4, 0.4, 0.1, 0.1, 0.4])).toEqual([[0.2, 0.6]]);
    expect(times([0.4, 0.4, 0.6, 0.4, 0.4, 0.4, 0.1, 0.1, 0.4], { thresholdEnd: 0.5, speechSecondsMin: 0 })).toEqual([[0.2, 0.3]]);
  });

  it('go on over short pauses, and are left out where they are short', () => {
    expect(times([1, 1, 0, 1, 1, 0, 0, 1, 0, 0])).toEqual([[0, 0.5]]);
    expect(times([1, 1, 0, 1, 1, 0, 0, 1, 0, 0], { silenceSecondsMin: 0.1, speechSecondsMin: 0 })).toEqual([[0, 0.2], [0.3, 0.5], [0.7, 0.8]]);
    expect(times([0, 1, 1, 0])).toEqual([[0.1, 0.3]]);
  });

  it('are widened, but into neither each other nor what is no part of the recording', () => {
    expect(times([1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 1, 1], { padSeconds: 0.25 }, 1.35)).toEqual([[0, 0.3], [0.3, 0.85], [0.95, 1.35]]);
  });

  it('need probabilities and a recording', () => {
    for (const wrong of [NaN, 1.5, -1]) expect(() => find([0, wrong])).toThrow(expect.objectContaining({ code: 'RUNTIME.OUTPUT_INVALID' }));
    expect(() => compilePost(op)(new Bag({ p: floats(1) }))).toThrow(/no recording was read/);
  });

  it('know how long the recording was that went through the pipeline, each of a batch its own', async () => {
    const manifest = { input: { properties: { audio: { contentMediaType: 'audio/wav' } } }, output: {}, pre: [{ op: 'audio', input: 'audio', tensor: 'x', rate: 8_000, secondsMax: 60, frame: 800 }], post: [op] };
    const { before, after } = compilePipeline(manifest as unknown as Manifest);
    const items = await Promise.all([1, 0.25].map(async (seconds) => before({ audio: wavOf(tone(100, { seconds })) })));
    expect(items.map((item) => (item['x'] as Tensor).shape)).toEqual([[10, 800], [3, 800]]);
    const lengths = items.map((item) => after({ p: floats(...Array.from({ length: (item['x'] as Tensor).shape[0] as number }, () => 1)) }, item));
    expect(lengths).toEqual([1, 0.25].map((end) => ({ segments: [{ start: 0, end, score: 1 }], speechSeconds: end, durationSeconds: end })));
  });
});

describe('series', () => {
  const op: PreOp = { op: 'series', input: 'values', tensor: 'x', length: 3 };
  const take = (values: unknown) => {
    const bag = new Bag({ values });
    void compilePre(op)(bag);
    return Object.fromEntries(bag);
  };

  it('is the last numbers of a list', () => {
    expect(take([9, 1, 2, 3.5])).toEqual({ x: floats(1, 2, 3.5) });
    expect(take([1, 2, 3])).toEqual({ x: floats(1, 2, 3) });
  });

  it('refuses a list that is too short, and what is no number', () => {
    expect(() => take([1, 2])).toThrow(invalid('it has 2 numbers, and the model needs at least 3'));
    expect(() => take('1, 2, 3')).toThrow(invalid('expected a list of numbers'));
    expect(() => take(undefined)).toThrow(invalid('missing'));
    expect(() => take([0, 1, NaN, 1e39])).toThrow(expect.objectContaining({ details: expect.objectContaining({ field: 'values[2]' }) }));
    expect(() => take([0, 1, 2, 1e39])).toThrow(expect.objectContaining({ details: expect.objectContaining({ field: 'values[3]' }) }));
  });
});

describe('numbers', () => {
  it('are a plain list under a name of the answer', () => {
    const bag = new Bag({ y: floats(1, 2), forecast: floats(3) });
    compilePost({ op: 'numbers', tensor: 'y', field: 'lower' })(bag);
    compilePost({ op: 'numbers', tensor: 'forecast', field: 'forecast' })(bag);
    expect(Object.fromEntries(bag)).toEqual({ lower: [1, 2], forecast: [3] });
    expect(() => compilePost({ op: 'numbers', tensor: 'z', field: 'z' })(bag)).toThrow(expect.objectContaining({ code: 'RUNTIME.OUTPUT_INVALID' }));
  });
});
