import { describe, expect, it } from '@jest/globals';
import type { Manifest } from '@steelyard/model-package';
import { fixtureManifest } from '@steelyard/runtime-testkit';
import sharp from 'sharp';
import { compilePipeline } from './pipeline.js';

const manifest = (fields: Partial<Manifest>): Manifest => ({ ...fixtureManifest({ name: 'echo' }, { files: {} }), ...fields });
const tensorField = (dtype: string, shape: number[]) => manifest({ input: { properties: { x: { 'x-tensor': { dtype, shape } } } } });
const media = manifest({ input: { properties: { clip: { type: 'string', contentMediaType: 'audio/wav' }, text: { type: 'string' } } } });

describe('tensors of the input', () => {
  const { before } = compilePipeline(tensorField('float32', [-1, 2]));

  it('pass as they are', () => {
    const x = { dtype: 'float32', shape: [1, 2], data: new Float32Array(2) };
    expect(before({ x })).toEqual({ x });
  });

  it('may be plain numbers or base64 bytes', () => {
    const x = { dtype: 'float32', shape: [1, 2], data: Float32Array.of(0.5, -2) };
    expect(before({ x: { ...x, data: [0.5, -2] } })).toEqual({ x });
    expect(before({ x: { ...x, data: Buffer.from(x.data.buffer).toString('base64') } })).toEqual({ x });
    const int64 = compilePipeline(tensorField('int64', [1]));
    expect(int64.before({ x: { dtype: 'int64', shape: [1], data: ['9007199254740993'] } })).toEqual({ x: { dtype: 'int64', shape: [1], data: BigInt64Array.of(9007199254740993n) } });
  });

  it.each([
    [{ dtype: 'int64', shape: [1, 2], data: [1, 2] }, /expected float32 \[\?, 2\], got int64 \[1, 2\]/],
    [{ dtype: 'float32', shape: [2, 1], data: [1, 2] }, /got float32 \[2, 1\]/],
    [{ dtype: 'float32', shape: [2], data: [1, 2] }, /got float32 \[2\]/],
    [{ dtype: 'float32', shape: [1, 2], data: [1] }, /expected a tensor float32/],
    [{ dtype: 'float32', shape: [1, 2], data: ['a', 'b'] }, /expected a tensor/],
    [{ dtype: 'float32', shape: [1, 2], data: 'AAA=' }, /expected a tensor/],
    [{ dtype: 'complex', shape: [1, 2], data: [1, 2] }, /expected a tensor/],
    [[1, 2], /expected a tensor/],
    [null, /expected a tensor/],
    ['x', /expected a tensor/],
  ])('are refused with what was expected: %j', (x, message) => {
    expect(() => before({ x })).toThrow(expect.objectContaining({ code: 'INPUT.INVALID', message: expect.stringMatching(message), details: expect.objectContaining({ field: 'x' }) }));
  });
});

describe('media fields', () => {
  const { before } = compilePipeline(media);
  const bytes = Buffer.from('RIFF');

  it.each([
    ['bytes', new Uint8Array(bytes)],
    ['base64', bytes.toString('base64')],
    ['base64 with line breaks', 'UklG\r\nRg=='],
    ['URL-safe base64 without padding', bytes.toString('base64url')],
    ['a data: URL', `data:audio/wav;base64,${bytes.toString('base64')}`],
  ])('become bytes from %s', (_name, clip) => {
    const { clip: read, text } = before({ clip, text: 'UklG' }) as { clip: Uint8Array; text: string };
    expect([Buffer.from(read).toString(), text]).toEqual(['RIFF', 'UklG']);
  });

  it.each([['no base64!'], ['data:audio/wav,RIFF'], ['data:'], [7], [{ $file: 'x' }]])('are refused otherwise: %j', (clip) => {
    expect(() => before({ clip })).toThrow(expect.objectContaining({ code: 'INPUT.INVALID' }));
  });
});

describe('the way through', () => {
  const digits = manifest({
    input: { properties: { image: { type: 'string', contentMediaType: 'image/*', contentEncoding: 'base64' } } },
    output: { properties: { label: {}, score: {}, scores: {} } },
    pre: [
      { op: 'decode', input: 'image', color: 'gray' },
      { op: 'resize', input: 'image', width: 28, height: 28, fit: 'contain', background: 'auto' },
      { op: 'invert', input: 'image', when: 'auto' },
      { op: 'normalize', input: 'image', tensor: 'input', layout: 'CHW', scale: 255, mean: [0], std: [1] },
    ],
    post: [
      { op: 'softmax', tensor: 'logits' },
      { op: 'labels', tensor: 'logits', labels: ['0', '1'] },
    ],
  });

  it('brings a 28 by 28 gray PNG to the model unchanged', async () => {
    const pixels = Uint8Array.from({ length: 784 }, (_, i) => (i % 28 < 4 || i < 112 ? 0 : i % 256));
    const png = await sharp(pixels, { raw: { width: 28, height: 28, channels: 1 } }).toColourspace('b-w').png().toBuffer();
    const item = await compilePipeline(digits).before({ image: png.toString('base64') });
    expect(item).toEqual({ input: { dtype: 'float32', shape: [1, 28, 28], data: Float32Array.from(pixels, (value) => value / 255) } });
  });

  it('makes a photo of a drawing what the model was trained on', async () => {
    const photo = await sharp({ create: { width: 300, height: 200, channels: 3, background: '#f0f0f0' } })
      .composite([{ input: { create: { width: 20, height: 120, channels: 3, background: '#101010' } } }])
      .jpeg()
      .toBuffer();
    const { input } = (await compilePipeline(digits).before({ image: new Uint8Array(photo) })) as { input: { shape: number[]; data: Float32Array } };
    expect(input.shape).toEqual([1, 28, 28]);
    expect(input.data[0]).toBeLessThan(0.1);
    expect(input.data[14 * 28 + 13]).toBeGreaterThan(0.8);
  });

  it('answers with the fields of the output schema only', () => {
    const logits = { dtype: 'float32', shape: [2], data: Float32Array.of(0, 0) };
    const embedding = { dtype: 'float32', shape: [1], data: new Float32Array(1) };
    expect(Object.keys(compilePipeline(digits).after({ logits, embedding }, {}))).toEqual(['label', 'score', 'scores']);
  });

  it('hands the very same objects through where there is nothing to do', () => {
    const { before, after } = compilePipeline(manifest({}));
    const item = { a: 1 };
    expect(before(item)).toBe(item);
    expect(after(item, item)).toBe(item);
  });

  it.each([[null], [[1]], ['text'], [7], [new Uint8Array(3)]])('wants an object, not %j', (input) => {
    expect(() => compilePipeline(manifest({})).before(input)).toThrow(expect.objectContaining({ code: 'INPUT.INVALID' }));
  });
});
