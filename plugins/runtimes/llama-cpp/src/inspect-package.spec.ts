import { open } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { withPackage } from '@steelyard/runtime-testkit';
import type { RuntimeFixture } from '@steelyard/runtime-testkit';
import fc from 'fast-check';
import { chainModel, CHAT_TEMPLATE } from '../spec/chain-model.js';
import { entry, header, padded, string, tensorInfo, uint32, uint64 } from '../spec/gguf-writer.js';
import llamaCpp from './index.js';
import { inspectPackage } from './inspect-package.js';

const inspect = (files: RuntimeFixture['files']) => withPackage(llamaCpp, { files }, inspectPackage);
const inspectBytes = (...parts: Buffer[]) => inspect({ 'model.gguf': Buffer.concat(parts) });
const refused = (reason: RegExp) => expect.objectContaining({ code: 'RUNTIME.ARTIFACT_REFUSED', message: expect.stringMatching(reason) });
const f32 = (name: string, dimensions: readonly (number | bigint)[], offset: number | bigint = 0) => tensorInfo({ name, dimensions, type: 0, offset });
const data = Buffer.alloc(64);
const [U8, BOOLEAN, STRING, ARRAY] = [0, 7, 8, 9];

it('describes an honest model', async () => {
  expect(await inspectBytes(chainModel({ chatTemplate: CHAT_TEMPLATE }))).toEqual({
    format: 'gguf',
    notes: [
      'GGUF version 3, architecture llama',
      '86400 parameters in 12 tensors: F32',
      'context of 512 tokens',
      'tokenizer gpt2 with 128 tokens',
      'takes messages: it has a chat template',
    ],
  });
});

it('takes one artifact', async () => {
  await expect(inspect({ 'a.gguf': chainModel(), 'b.gguf': chainModel() })).rejects.toEqual(refused(/one artifact/));
});

describe('what is no model', () => {
  it.each<[string, Buffer, RegExp]>([
    ['nothing', Buffer.alloc(0), /empty/],
    ['a zip archive, as PyTorch writes', Buffer.from('PK\x03\x04rest'), /zip/],
    ['a pickle', Buffer.from('\x80\x04\x95rest', 'latin1'), /pickle/],
    ['HDF5, as Keras writes', Buffer.from('\x89HDF\r\n\x1a\n', 'latin1'), /HDF5/],
    ['the format before GGUF', Buffer.from('tjgg\x03\0\0\0'), /GGML/],
    ['a pointer of Git LFS', Buffer.from('version https://git-lfs.github.com/spec/v1\n'), /Git LFS/],
    ['text', Buffer.from('hello, world'), /no GGUF/],
    ['two bytes', Buffer.from('GG'), /no GGUF/],
    ['the name alone', Buffer.from('GGUF'), /ends too early/],
    ['another version', header(1, 1, 4), /version 4/],
    ['a big-endian file', header(1, 1, 0x03000000), /big-endian/],
    ['an adapter', chainModel({ entries: [['general.type', 'string', 'adapter']] }), /"adapter", not a model/],
    ['a part', chainModel({ entries: [['split.count', 'uint32', 3]] }), /one of 3 parts/],
    ['a model without tensors', header(0, 0), /no tensors/],
    ['a model without an architecture', Buffer.concat([padded(Buffer.concat([header(1, 0), f32('a', [4])])), data]), /architecture/],
  ])('is refused: %s', async (_name, content, reason) => {
    await expect(inspectBytes(content)).rejects.toEqual(refused(reason));
  });
});

describe('a header that claims what cannot be', () => {
  const metadata = (...parts: Buffer[]) => [header(1, 1), string('k'), ...parts];
  it.each<[string, Buffer[], RegExp]>([
    ['more tensors than can be', [header(2n ** 40n, 1)], /claims 1099511627776 tensors/],
    ['more entries than can be', [header(1, 2n ** 32n)], /metadata entries/],
    ['a count beyond all numbers', [header(1, 2n ** 64n - 1n)], /too large/],
    ['a key of a gigabyte', [header(1, 1), uint64(2n ** 30n)], /longer than 1024/],
    ['a key that is cut', [header(1, 1), uint64(100), Buffer.from('abc')], /middle of a text/],
    ['a text of a gigabyte', metadata(uint32(STRING), uint64(2n ** 30n)), /longer than 4194304/],
    ['an array without end', metadata(uint32(ARRAY), uint32(U8), uint64(2n ** 40n)), /elements of an array/],
    ['an array longer than the file', metadata(uint32(ARRAY), uint32(U8), uint64(1000)), /ends too early/],
    ['texts longer than the file', metadata(uint32(ARRAY), uint32(STRING), uint64(2), uint64(1000), uint64(1000)), /ends too early/],
    ['an array of arrays', metadata(uint32(ARRAY), uint32(ARRAY), uint64(1)), /array of arrays/],
    ['a type that does not exist', metadata(uint32(99), uint64(0)), /unknown type 99/],
    ['a key that is there twice', [header(1, 2), string('k'), uint32(BOOLEAN), Buffer.of(1), string('k')], /twice/],
    ['an alignment that is none', [header(1, 1), entry(['general.alignment', 'uint32', 48]), f32('a', [4]), data], /power of two/],
    ['a tensor of five dimensions', [header(1, 0), f32('a', [1, 1, 1, 1, 1])], /dimensions/],
    ['a tensor of an unknown type', [header(1, 0), tensorInfo({ name: 'a', dimensions: [1], type: 77, offset: 0 })], /unknown type 77/],
    ['a tensor larger than any file', [header(1, 0), f32('a', [2 ** 30, 2 ** 30]), data], /more elements/],
    ['a tensor that ends behind the file', [padded(Buffer.concat([header(1, 0), f32('a', [17])])), data], /behind the end/],
    ['a tensor that begins behind the file', [padded(Buffer.concat([header(1, 0), f32('a', [1], 2n ** 50n)])), data], /behind the end/],
    ['a tensor between the lines', [padded(Buffer.concat([header(1, 0), f32('a', [1], 4)])), data], /not aligned/],
    ['a tensor that is there twice', [padded(Buffer.concat([header(2, 0), f32('a', [1]), f32('a', [1])])), data], /twice/],
    ['half a block', [header(1, 0), tensorInfo({ name: 'a', dimensions: [33], type: 8, offset: 0 }), data], /whole number of blocks/],
  ])('is refused: %s', async (_name, parts, reason) => {
    await expect(inspectBytes(...parts)).rejects.toEqual(refused(reason));
  });
});

it('refuses a model cut anywhere', async () => {
  const whole = chainModel();
  for (const length of [5, 20, 24, 30, 500, 2_000, 5_000, 10_000, whole.length - 40_000, whole.length - 1]) {
    await expect(inspect({ 'model.gguf': whole.subarray(0, length) })).rejects.toEqual(refused(/./));
  }
});

it('never gets further than a refusal, whatever the bytes', async () => {
  const whole = chainModel({ chatTemplate: CHAT_TEMPLATE });
  const headerBytes = 6_000;
  const change = fc.tuple(fc.nat(headerBytes), fc.nat(255));
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 6 }), async (changes) => {
      const bytes = Buffer.from(whole);
      for (const [at, value] of changes) bytes[at] = value;
      await inspect({ 'model.gguf': bytes }).catch((error) => expect(error).toEqual(refused(/./)));
    }),
    { numRuns: 100 },
  );
});

it('reads the header of a large file and nothing of its weights', async () => {
  const elements = 2 ** 30;
  const head = padded(Buffer.concat([header(1, 2), entry(['general.architecture', 'string', 'llama']), entry(['tokenizer.ggml.model', 'string', 'gpt2']), f32('a', [elements])]));
  await withPackage(llamaCpp, { files: { 'model.gguf': head } }, async (context) => {
    const file = await open(path.join(context.dir, 'model.gguf'), 'r+');
    await file.truncate(head.length + elements * 4);
    await file.close();
    const startedAtMs = performance.now();
    expect((await inspectPackage(context)).notes[1]).toBe('1073741824 parameters in 1 tensors: F32');
    expect(performance.now() - startedAtMs).toBeLessThan(1_000);
  });
});
