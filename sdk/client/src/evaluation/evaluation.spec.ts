import { describe, expect, it } from '@jest/globals';
import { SteelyardError } from '../errors.js';
import { ANSWER_UNFIT, bestOf, costOf, filesOfInput, type LabelledLine, problemsOf, readDataset, runEvaluation, scorerOf, withFiles } from './index.js';

describe('readDataset', () => {
  it('reads a line at a time and tells of every one that it cannot use', () => {
    const text = '\uFEFF{"input": {"text": "a"}, "expected": "x"}\r\n\n{"input": 1, "expected": "x"}\n{\n{"input": {}}\n{"input": {}, "expected": 0, "label": 1}\n[]';
    expect(readDataset(text)).toEqual({
      lines: [{ line: 1, input: { text: 'a' }, expected: 'x' }],
      problems: [
        { line: 3, message: expect.stringContaining('"input"') },
        { line: 4, message: 'is no JSON' },
        { line: 5, message: expect.stringContaining('"expected"') },
        { line: 6, message: expect.stringContaining('"label"') },
        { line: 7, message: expect.stringContaining('object') },
      ],
    });
  });

  it('names the files of an input, and puts their contents in', () => {
    const input = { image: { $file: 'a.png' }, more: [{ $file: 'b.png' }, { $file: 'a.png' }], plain: { $file: 'a.png', other: 1 } };
    expect(filesOfInput(input)).toEqual(['a.png', 'b.png']);
    expect(withFiles(input, (path) => path.toUpperCase())).toEqual({ image: 'A.PNG', more: ['B.PNG', 'A.PNG'], plain: input.plain });
  });
});

describe('what is known before the first call', () => {
  it.each([
    ['image-classification', { label: 'cat' }, { label: 1 }],
    ['object-detection', [{ label: 'cat' }], [{ label: 'cat', box: { x: 1 } }]],
    ['token-classification', { entities: [{ label: 'PER', start: 0, end: 1 }] }, [{ label: 'PER' }]],
    ['voice-activity-detection', [{ start: 0, end: 1 }], 'speech'],
    ['ocr', 'Hello', ['Hello']],
    ['time-series-forecasting', [1, 2], []],
    ['custom', { y: 1 }, 'y'],
  ])('%s: what a line may expect', (task, good, bad) => {
    const line = (expected: unknown, at: number): LabelledLine => ({ line: at, input: {}, expected });
    expect(problemsOf({ lines: [line(good, 1), line(bad, 2)], problems: [] }, scorerOf(task)!)).toEqual([{ line: 2, message: expect.stringMatching(/^must expect/) }]);
  });

  it('no task without a right and a wrong', () => {
    expect(scorerOf('text-embedding')).toBeUndefined();
    expect(scorerOf('toString')).toBeUndefined();
  });

  it('what it costs at most', () => {
    const price = (amountNano: bigint, unit = 'request') => ({ currency: 'usd', components: [{ unit, amountNano, per: 1n }] });
    const candidate = { ref: 'a/b', task: 'ocr', price: price(200_000n) };
    expect(costOf([candidate, { ...candidate, price: price(1n) }], 10)).toEqual(new Map([['usd', 2_000_010n]]));
    expect(costOf([{ ...candidate, price: price(1n, 'compute_second') }], 10)).toBeUndefined();
    expect(costOf([{ ...candidate, price: price(0n, 'compute_second') }], 10)).toEqual(new Map([['usd', 0n]]));
  });
});

const line = (at: number, expected: string): LabelledLine => ({ line: at, input: { text: expected }, expected });
const lines = [line(1, 'a'), line(2, 'b'), line(3, 'a'), line(4, 'b')];
const answered = (output: unknown, latencyMs = 10) => ({ output, model: 'acme/m@1.0.0', costNano: 5n, currency: 'usd', latencyMs });
const failed = (kind: SteelyardError['kind'], code: string) => new SteelyardError({ kind, code, message: code });

describe('runEvaluation', () => {
  const scorer = scorerOf('text-classification')!;

  it('measures what was answered, and counts what was not', async () => {
    const told: number[] = [];
    const call = async (ref: string, { line, expected }: LabelledLine) => {
      if (ref === 'acme/bad' && line === 1) throw failed('model-failed', 'RUNTIME.RUN_FAILED');
      if (ref === 'acme/bad' && line === 2) return answered({ no: 'label' });
      return answered({ label: ref === 'acme/good' ? expected : 'a' }, line * 10);
    };
    const { models, stoppedBy } = await runEvaluation({ refs: ['acme/good', 'acme/bad'], lines, scorer, concurrency: 2, call, onProgress: (done) => told.push(done) });
    expect(stoppedBy).toBeUndefined();
    expect(told).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(models[0]).toMatchObject({ ref: 'acme/good', versions: ['acme/m@1.0.0'], scored: 4, failures: {}, measures: { accuracy: 1, macroF1: 1 }, latencyMs: { p50: 30, p95: 40 }, costNano: 20n, costPerThousandNano: 5_000n, currency: 'usd' });
    // Three answers were charged, two of them could be scored: "a" for "a", "a" for "b".
    expect(models[1]).toMatchObject({ scored: 2, failures: { 'RUNTIME.RUN_FAILED': 1, [ANSWER_UNFIT]: 1 }, measures: { accuracy: 0.5 }, costNano: 15n });
    expect([bestOf(models, 'accuracy', 'higher'), bestOf(models, 'costPerThousand', 'lower'), bestOf(models.slice(0, 1), 'accuracy', 'higher')]).toEqual([['acme/good'], [], []]);
  });

  it('ends where every later call would fail as well, with what is known until then', async () => {
    let calls = 0;
    const call = async (_ref: string, { expected }: LabelledLine) => {
      if (++calls === 3) throw failed('payment-required', 'INFERENCE.PAYMENT_REQUIRED');
      return answered({ label: expected });
    };
    const { models, stoppedBy } = await runEvaluation({ refs: ['a/b', 'c/d'], lines, scorer, concurrency: 1, call });
    expect(stoppedBy).toMatchObject({ code: 'INFERENCE.PAYMENT_REQUIRED' });
    expect(calls).toBe(3);
    expect(models).toMatchObject([{ ref: 'a/b', scored: 2, failures: { 'INFERENCE.PAYMENT_REQUIRED': 1 } }]);
  });

  it('makes no further call when something else fails, and fails when none is under way', async () => {
    let [begun, underWay] = [0, 0];
    const told: number[] = [];
    const call = async (_ref: string, { expected }: LabelledLine, signal: AbortSignal) => {
      begun += 1;
      underWay += 1;
      const at = begun;
      await new Promise((later) => setTimeout(later, at === 3 ? 5 : 20));
      underWay -= 1;
      if (at === 3) throw new RangeError('the file is gone');
      if (signal.aborted) throw failed('cancelled', 'CLIENT.CANCELLED');
      return answered({ label: expected });
    };
    const many = Array.from({ length: 40 }, (_, at) => line(at + 1, 'a'));
    await expect(runEvaluation({ refs: ['a/b', 'c/d'], lines: many, scorer, concurrency: 4, call, onProgress: (done) => told.push(done) })).rejects.toThrow('the file is gone');
    expect([begun, underWay, told]).toEqual([5, 0, [1]]);
  });

  it('is stopped by its caller', async () => {
    const stop = new AbortController();
    const call = async (_ref: string, { expected, line }: LabelledLine) => {
      if (line === 2) stop.abort();
      return answered({ label: expected });
    };
    const { models, stoppedBy } = await runEvaluation({ refs: ['a/b', 'c/d'], lines, scorer, concurrency: 1, call, signal: stop.signal });
    expect([models.length, models[0]!.scored, stoppedBy?.code]).toEqual([1, 2, 'CLIENT.CANCELLED']);
  });
});
