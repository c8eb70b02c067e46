/**
 * @jest-environment ./plugins/runtimes/onnx/spec/native-arrays.cjs
 */
import { describe, expect, it } from '@jest/globals';
import type { LoadedModel } from '@steelyard/runtime-kit';
import { withModel } from '@steelyard/runtime-testkit';
import fc from 'fast-check';
import { SCORE, taggerFiles } from '../../spec/tagger.fixture.js';
import transformers from '../index.js';
import { windowsOf } from './windows.js';

interface Found {
  readonly label: string;
  readonly score: number;
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const tag = <T>(use: (model: LoadedModel) => Promise<T>, changed: Record<string, unknown> = {}, options: Record<string, unknown> = {}): Promise<T> =>
  withModel(transformers, { files: taggerFiles(changed), task: 'token-classification', options }, use);
const run = (model: LoadedModel, texts: readonly unknown[], signal = new AbortController().signal) => model.run(texts.map((text) => ({ text })), { signal, emit: () => Promise.resolve() });
const find = (...texts: unknown[]): Promise<(readonly Found[])[]> =>
  tag(async (model) => (await run(model, texts)).map((answer) => (answer as { entities: Found[] }).entities));
const brief = (entities: readonly Found[] | undefined): string[] | undefined => entities?.map(({ label, text }) => `${label} ${text}`);

describe('entities', () => {
  it('are words of one label that follow each other; B- begins a new one', async () => {
    const [entities] = await find('Ada, Ada and New York York new york');
    expect(brief(entities)).toEqual(['PERSON Ada', 'PERSON Ada', 'PLACE New York York', 'PLACE new york']);
    expect(entities?.every(({ score }) => Math.abs(score - SCORE) < 1e-6)).toBe(true);
  });

  it('are judged by the first piece of a word, and hold all of it', async () => {
    expect(await find('new yorkers and Ada')).toEqual([
      [
        { label: 'PLACE', score: expect.closeTo(SCORE, 6), text: 'new yorkers', start: 0, end: 11 },
        { label: 'PERSON', score: expect.closeTo(SCORE, 6), text: 'Ada', start: 16, end: 19 },
      ],
    ]);
  });

  it('may begin with I- where the model leaves the beginning out', async () => {
    expect(brief((await find('york and zoe'))[0])).toEqual(['PLACE york', 'PERSON zoe']);
  });

  it.each([
    ['emoji before it', '\u{1F469}\u200d\u{1F680}\u{1F389} and Ada', ['PERSON \u{1F469}\u200d\u{1F680}\u{1F389}', 'PERSON Ada']],
    ['accents, composed and not', 'Café Cafe\u0301 ZOE\u0308', ['PLACE Café', 'PLACE Cafe\u0301', 'PERSON ZOE\u0308']],
    ['lines and odd spaces', '\n\tNew\r\n\u00a0York\u3000and\u200b', ['PLACE New\r\n\u00a0York']],
    ['ideographs without spaces', '映画Ada', ['PERSON 映', 'PERSON 画', 'PERSON Ada']],
    ['control characters within', 'A\u0000da,ne\u00adw', ['PERSON A\u0000da', 'PLACE ne\u00adw']],
    ['what looks like a control token', '[SEP] Ada [CLS]', ['PERSON [', 'PERSON SEP', 'PERSON ]', 'PERSON Ada', 'PERSON [', 'PERSON CLS', 'PERSON ]']],
  ])('lie where the text has them: %s', async (_name, text, expected) => {
    const [entities] = await find(text);
    expect(brief(entities)).toEqual(expected);
    for (const entity of entities!) expect(text.slice(entity.start, entity.end)).toBe(entity.text);
  });

  it('are none in a text without words', async () => {
    expect(await find(' \n ', 'and , and')).toEqual([[], []]);
  });

  it('come in order, apart, from any text', async () => {
    await tag((model) =>
      fc.assert(
        fc.asyncProperty(fc.string({ unit: fc.constantFrom('Ada', ' ', 'é', 'e\u0301', '\u{1F44D}\u{1F3FD}', '\n', ',', 'York', 'new ', '\u0130', '가', '\ud800'), minLength: 1 }), async (text) => {
          const [answer] = await run(model, [text]);
          let at = 0;
          for (const { start, end, text: part } of (answer as { entities: Found[] }).entities) {
            expect(start).toBeGreaterThanOrEqual(at);
            expect(end).toBeGreaterThan(start);
            expect(part).toBe(text.slice(start, end));
            at = end;
          }
        }),
        { numRuns: 50 },
      ),
    );
  });
});

describe('a text that is longer than the model', () => {
  const long = 'Ada and New York , '.repeat(20);

  it('goes through it in parts, with the same answer', async () => {
    const [entities] = await find(long);
    expect(brief(entities)).toEqual(Array.from({ length: 20 }, () => ['PERSON Ada', 'PLACE New York']).flat());
    for (const { start, end, text } of entities!) expect(long.slice(start, end)).toBe(text);
  });

  it('does not change its neighbours, whatever fits into a run', async () => {
    const texts = ['Ada', long, 7, '', 'York'];
    const whole = await tag((model) => run(model, texts));
    expect(whole[0]).toMatchObject({ entities: [{ label: 'PERSON', start: 0, end: 3 }] });
    expect(whole.slice(2, 4)).toMatchObject([{ code: 'INPUT.INVALID' }, { code: 'INPUT.INVALID' }]);
    expect(await tag((model) => run(model, texts), {}, { tokensPerRun: 8 })).toEqual(whole);
  });

  it('is given up between two parts when nobody waits', async () => {
    await tag(async (model) => {
      const controller = new AbortController();
      const running = run(model, [long], controller.signal);
      setImmediate(() => controller.abort());
      await expect(running).rejects.toMatchObject({ name: 'AbortError' });
    }, {}, { tokensPerRun: 8 });
  });

  it('is covered once, wherever it is cut', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 1, max: 64 }), (count, size) => {
        let at = 0;
        for (const { from, to, takeFrom, takeTo } of windowsOf(count, size)) {
          expect(takeFrom).toBe(at);
          expect(from <= takeFrom && takeFrom < takeTo && takeTo <= to && to - from <= size && to <= count).toBe(true);
          at = takeTo;
        }
        expect(at).toBe(count);
      }),
    );
  });
});

describe('what cannot be loaded', () => {
  it.each([
    ['a length without room', { 'config.json': { model_type: 'bert', max_position_embeddings: 2 } }, /no room/],
    ['a tokenizer whose pieces have no known places', { 'tokenizer.json': { ...JSON.parse(taggerFiles()['tokenizer.json']!.toString()), pre_tokenizer: { type: 'WhitespaceSplit' } } }, /WordPiece.*WhitespaceSplit/],
  ])('%s', async (_name, changed, reason) => {
    await expect(tag(async () => {}, changed)).rejects.toMatchObject({ code: 'RUNTIME.LOAD_FAILED', message: expect.stringMatching(reason) });
  });
});
