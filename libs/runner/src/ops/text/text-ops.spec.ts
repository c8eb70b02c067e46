import { mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { PreOp } from '@steelyard/model-package';
import fc from 'fast-check';
import { splitWords } from '../../texts/split-words.js';
import { UnigramVocabulary } from '../../texts/unigram-vocabulary.js';
import { Bag } from '../bag.js';
import { readOpFiles } from '../op-files.js';
import { compilePost, compilePre } from '../registry.js';

type WordsOp = Extract<PreOp, { op: 'words' }>;
type PiecesOp = Extract<PreOp, { op: 'sentencepiece' }>;

const refused = (reason: RegExp) => expect.objectContaining({ code: 'RUNTIME.ARTIFACT_REFUSED', message: expect.stringMatching(reason) });
const invalid = (reason: RegExp) => expect.objectContaining({ code: 'INPUT.INVALID', message: expect.stringMatching(reason) });

describe('words', () => {
  const words = (text: unknown, changed: Partial<WordsOp> = {}, vocabulary = 'the\nfilm\nisn\'t\n!\n'): unknown => {
    const op: WordsOp = { op: 'words', input: 'text', vocabulary: 'v.txt', tensor: 'ids', maxLength: 6, lowercase: true, cut: 'none', ...changed };
    const bag = new Bag({ text });
    void compilePre(op, new Map([['v.txt', vocabulary]]))(bag);
    return Object.fromEntries(bag);
  };
  const ids = (...data: number[]) => ({ ids: { dtype: 'int64', shape: [data.length], data: BigInt64Array.from(data, BigInt) } });

  it.each(JSON.parse(readFileSync(new URL('../../../spec/word-cases.json', import.meta.url), 'utf8')) as { text: string; words: string[] }[])(
    'are split by the rule that a model is trained with: $text',
    ({ text, words: expected }) => {
      expect(splitWords(text.toLowerCase())).toEqual(expected);
    },
  );

  it('become ids, filled up with padding; what is in no line is unknown', () => {
    expect(words('The film isn’t bad!')).toEqual(ids(2, 3, 4, 1, 5, 0));
    expect(words('The film', { lowercase: false, maxLength: 2 })).toEqual(ids(1, 3));
  });

  it('are cut where the package says, else refused with their number', () => {
    const text = 'the film ! ! isn\'t film the';
    expect(words(text, { maxLength: 3, cut: 'end' })).toEqual(ids(2, 3, 5));
    expect(words(text, { maxLength: 3, cut: 'start' })).toEqual(ids(4, 3, 2));
    expect(words(text, { maxLength: 3, cut: 'middle' })).toEqual(ids(2, 3, 2));
    expect(words(text, { maxLength: 1, cut: 'middle' })).toEqual(ids(2));
    expect(() => words(text, { maxLength: 3 })).toThrow(invalid(/"text".*it has 7 words, and the model takes 3/));
  });

  it('are missed in what is no text or has none', () => {
    expect(() => words(' \n\u200b')).toThrow(invalid(/there are no words in it/));
    expect(() => words(7)).toThrow(invalid(/it is not a text/));
    expect(() => words(undefined)).toThrow(invalid(/it is missing/));
  });

  it.each([
    ['a line without a word', 'the\n\nfilm\n', /line 2 has no word/],
    ['a word twice', 'the\nfilm\nthe\n', /line 3 has "the" a second time/],
    ['nothing', '', /line 1 has no word/],
  ])('are not looked up in a file with %s', (_what, vocabulary, reason) => {
    expect(() => words('the', {}, vocabulary)).toThrow(refused(reason));
  });
});

describe('pieces', () => {
  const list: [string, number][] = [['<unk>', 0], ['<s>', 0], ['▁', -3], ['▁the', -2], ['▁th', -4], ['e', -4], ['▁film', -3], ['s', -2], ['▁films', -6], ['lm', -3], ['fi', -3]];
  const vocabulary = (entries: unknown = list, reserved = 2): UnigramVocabulary => UnigramVocabulary.read('v.json', typeof entries === 'string' ? entries : JSON.stringify(entries), reserved);
  const pieces = (text: string): string[] => vocabulary().encode(text).map((id) => (list[id] as [string, number])[0]);

  it('are those of the most probable cut', () => {
    expect(pieces('the films')).toEqual(['▁the', '▁film', 's']);
    expect(pieces('fi')).toEqual(['▁', 'fi']);
  });

  it('are those of the normalised text: ligatures, odd spaces', () => {
    expect(pieces('  the\n\u00a0 \ufb01lm ')).toEqual(['▁the', '▁film']);
  });

  it('are unknown once for a run of characters that no piece has', () => {
    expect(pieces('the \u{1F44D}\u{1F3FD}\u{1F44D} s')).toEqual(['▁the', '▁', '<unk>', '▁', 's']);
    expect(pieces('<s>')).toEqual(['▁', '<unk>', 's', '<unk>']);
  });

  it('have the best product of all cuts there are', () => {
    const scores = new Map(list.slice(2).map(([piece, score]) => [piece, score] as const));
    const best = (text: string): number => {
      if (text === '') return 0;
      const heads = [...scores].filter(([piece]) => text.startsWith(piece));
      return Math.max(-Infinity, ...heads.map(([piece, score]) => score + best(text.slice(piece.length))));
    };
    fc.assert(
      fc.property(fc.array(fc.constantFrom('▁the', '▁film', 's', 'fi', 'lm', 'e', '▁th', '▁'), { minLength: 1, maxLength: 8 }), (parts) => {
        const text = parts.join('').replaceAll('▁', ' ').trim().replace(/\s+/g, ' ');
        fc.pre(text !== '');
        const found = pieces(text);
        expect(found.join('')).toBe(`▁${text.replaceAll(' ', '▁')}`);
        expect(found.reduce((sum, piece) => sum + (scores.get(piece) as number), 0)).toBeCloseTo(best(found.join('')), 9);
      }),
    );
  });

  it('are not those without a probability', () => {
    expect(vocabulary([...list, ['▁the', null], ['lms', null]]).encode('the films')).toEqual([3, 6, 7]);
  });

  it('become tensors, and places in a sparse matrix', () => {
    const op: PiecesOp = { op: 'sentencepiece', input: 'text', vocabulary: 'v.json', tensor: 'values', indices: 'indices', dtype: 'int32', reserved: 2, maxLength: 4, cut: 'none' };
    const run = (changed: Partial<PiecesOp>, text: unknown): unknown => {
      const bag = new Bag({ text });
      void compilePre({ ...op, ...changed }, new Map([['v.json', JSON.stringify(list)]]))(bag);
      return Object.fromEntries(bag);
    };
    expect(run({}, 'the films')).toEqual({
      values: { dtype: 'int32', shape: [3], data: Int32Array.of(3, 6, 7) },
      indices: { dtype: 'int32', shape: [3, 2], data: Int32Array.of(0, 0, 0, 1, 0, 2) },
    });
    expect(run({ dtype: 'int64', cut: 'end' }, 'the films the films')).toMatchObject({ values: { dtype: 'int64', shape: [4], data: BigInt64Array.of(3n, 6n, 7n, 3n) } });
    expect(() => run({}, 'the films the films')).toThrow(invalid(/it has 6 pieces, and the model takes 4/));
    expect(() => run({}, '\u3000')).toThrow(invalid(/there are no pieces in it/));
  });

  it('cost a long text no more than its length', () => {
    const before = process.cpuUsage();
    expect(vocabulary().encode('the films '.repeat(10_000))).toHaveLength(30_000);
    expect(process.cpuUsage(before).user / 1000).toBeLessThan(2000);
  });

  it.each<[string, unknown, RegExp]>([
    ['is no JSON', '[', /is not JSON/],
    ['is no list', {}, /no list of/],
    ['has something else in it', [['a', 0], ['b']], /entry 1 is no/],
    ['has an empty piece', [['', 0]], /entry 0 is no/],
    ['has a piece twice', [...list, ['s', -1]], /the piece "s" twice/],
    ['is all reserved', list.slice(0, 2), /no piece after the 2/],
  ])('are not looked up in a file that %s', (_what, entries, reason) => {
    expect(() => vocabulary(entries)).toThrow(refused(reason));
  });
});

it('numbers are a plain list', () => {
  const bag = new Bag({ vector: { dtype: 'float32', shape: [1, 2], data: Float32Array.of(0.5, -1) }, other: 1 });
  compilePost({ op: 'numbers', tensor: 'vector', field: 'embedding' })(bag);
  expect(Object.fromEntries(bag)).toEqual({ embedding: [0.5, -1], other: 1 });
});

describe('the files of ops', () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(path.join(tmpdir(), 'op-files-'));
  });
  afterEach(() => rm(dir, { recursive: true }));
  const read = (vocabulary = 'v.txt') => readOpFiles(dir, { pre: [{ op: 'words', input: 'text', vocabulary, tensor: 'ids', maxLength: 1, lowercase: true, cut: 'none' }], post: [] });

  it('are read when a version is loaded', async () => {
    await writeFile(path.join(dir, 'v.txt'), 'café\n');
    expect(await read()).toEqual(new Map([['v.txt', 'café\n']]));
  });

  it('are plain text of the package, of a bounded size', async () => {
    const file = path.join(dir, 'v.txt');
    await expect(read()).rejects.toEqual(refused(/v\.txt.*does not exist/));
    await writeFile(file, Buffer.from([0x61, 0xff]));
    await expect(read()).rejects.toEqual(refused(/no text in UTF-8/));
    await truncate(file, 64 * 2 ** 20 + 1);
    await expect(read()).rejects.toEqual(refused(/larger than 64 MB/));
    await symlink(file, path.join(dir, 'link.txt'));
    await expect(read('link.txt')).rejects.toEqual(refused(/symbolic link/));
    await expect(read('../v.txt')).rejects.toEqual(refused(/leaves its folder/));
  });

  it('are missed where nobody read them', () => {
    expect(() => compilePre({ op: 'words', input: 'text', vocabulary: 'v.txt', tensor: 'ids', maxLength: 1, lowercase: true, cut: 'none' })).toThrow(
      expect.objectContaining({ code: 'RUNTIME.LOAD_FAILED', message: expect.stringMatching(/reads "v\.txt"/) }),
    );
  });
});
