import { describe, expect, it } from '@jest/globals';
import { accuracy, macroF1 } from './labels.js';
import { meanAbsoluteError, meanAbsoluteScaledError, percentile } from './numbers.js';
import { objectScores, overlapOf } from './objects.js';
import { secondsF1, spanF1 } from './spans.js';
import { characterErrorRate, editDistance, exactTexts } from './texts.js';
import { exactMatches, meanDeviation } from './values.js';

const labelled = (...pairs: string[]) => pairs.map((pair) => ({ expected: pair[0]!, answer: pair[1]! }));

describe('labels', () => {
  it('accuracy is the share that is right', () => {
    expect(accuracy(labelled('aa', 'ab', 'bb', 'bb'))).toBe(0.75);
    expect(accuracy([])).toBeUndefined();
  });

  it('macro-F1 counts rare labels like common ones', () => {
    // a: 1 right of 2 expected and 1 answered, 2·1/(2+1) = 2/3. b: 2 right of 2 expected and 3 answered, 4/5.
    expect(macroF1(labelled('aa', 'ab', 'bb', 'bb'))).toBeCloseTo((2 / 3 + 4 / 5) / 2, 12);
    // c was answered and never expected: its 0 counts. a: 2·1/(2+1).
    expect(macroF1(labelled('aa', 'ac'))).toBeCloseTo((2 / 3 + 0) / 2, 12);
  });
});

const box = (x: number, y: number, width: number, height: number) => ({ x, y, width, height });

describe('objects', () => {
  it('overlap is intersection over union', () => {
    expect(overlapOf(box(0, 0, 10, 10), box(5, 0, 10, 10))).toBeCloseTo(50 / 150, 12);
    expect(overlapOf(box(0, 0, 10, 10), box(20, 0, 10, 10))).toBe(0);
  });

  it('counts an answer for one object, and only at half an overlap or more', () => {
    const expected = [{ label: 'cat', box: box(0, 0, 10, 10) }, { label: 'dog', box: box(50, 50, 10, 10) }];
    const answer = [
      { label: 'cat', score: 0.9, box: box(0, 0, 10, 8) }, // 80 of 100: found
      { label: 'cat', score: 0.8, box: box(0, 0, 10, 10) }, // the same cat again
      { label: 'dog', score: 0.7, box: box(56, 50, 10, 10) }, // 40 of 160: not found
    ];
    expect(objectScores([{ expected, answer }])).toEqual({ recall: 0.5, f1: (2 * 1) / (2 + 3) });
  });

  it('asks for no place where none is expected', () => {
    expect(objectScores([{ expected: [{ label: 'cat' }], answer: [{ label: 'cat', score: 1, box: box(1, 1, 1, 1) }] }])).toEqual({ recall: 1, f1: 1 });
    expect(objectScores([{ expected: [], answer: [] }])).toEqual({ recall: undefined, f1: undefined });
  });
});

describe('spans', () => {
  it('are right with their label and both ends', () => {
    const expected = [{ label: 'PER', start: 0, end: 4 }, { label: 'LOC', start: 10, end: 16 }];
    const answer = [{ label: 'PER', start: 0, end: 4 }, { label: 'LOC', start: 10, end: 15 }, { label: 'ORG', start: 20, end: 22 }];
    expect(spanF1([{ expected, answer }])).toBeCloseTo(2 / 5, 12);
    expect(spanF1([{ expected: [{ label: 'PER', text: 'Anna' }], answer: [{ label: 'PER', start: 3, end: 7, text: 'Anna' }] }])).toBe(1);
  });

  it('of time count by the second', () => {
    // Expected 0–2 and 4–6, marked 1–5: 2 of 4 seconds each way.
    expect(secondsF1([{ expected: [{ start: 0, end: 2 }, { start: 4, end: 6 }], answer: [{ start: 1, end: 5 }] }])).toBeCloseTo(0.5, 12);
  });
});

describe('texts', () => {
  it('edits are put in, taken out or replaced', () => {
    expect(editDistance([...'kitten'], [...'sitting'])).toBe(3);
    expect(editDistance([], [...'ab'])).toBe(2);
  });

  it('the error rate is over the characters of all lines together', () => {
    const lines = [{ expected: 'kitten', answer: 'sitting' }, { expected: 'a  b\n', answer: 'a b' }];
    expect(characterErrorRate(lines)).toBeCloseTo(3 / 9, 12);
    expect(exactTexts(lines)).toBe(0.5);
    expect(characterErrorRate([{ expected: '', answer: 'x' }])).toBeUndefined();
  });
});

describe('numbers', () => {
  const forecast = { past: [1, 2, 4, 7], expected: [10, 10], answer: [9, 12, 99] };

  it('the absolute error is the mean over all numbers', () => {
    expect(meanAbsoluteError([forecast, { expected: [0], answer: [3] }])).toBe((1 + 2 + 3) / 3);
  });

  it('is scaled by how far the past goes in one step', () => {
    // Steps of 1, 2 and 3 are 2 in the mean; the errors of 1 and 2 are 1.5.
    expect(meanAbsoluteScaledError([forecast])).toBe(0.75);
    expect(meanAbsoluteScaledError([{ past: [5, 5], expected: [5], answer: [6] }])).toBeUndefined();
  });

  it('percentiles are numbers that were there', () => {
    const numbers = Array.from({ length: 20 }, (_, index) => 20 - index);
    expect([percentile(numbers, 0.5), percentile(numbers, 0.95), percentile([7], 0.5), percentile([], 0.5)]).toEqual([10, 19, 7, undefined]);
  });
});

describe('values', () => {
  it('match where every value that is expected is there', () => {
    const answer = { y: { data: [1, 2.0005], shape: [2] }, name: 'a' };
    expect(exactMatches([{ expected: { y: { data: [1, 2] } }, answer }, { expected: { name: 'b' }, answer }])).toBe(0.5);
    expect(exactMatches([{ expected: { y: { data: [1] } }, answer }])).toBe(0);
  });

  it('deviate by the mean of the expected numbers', () => {
    expect(meanDeviation([{ expected: { y: [1, 2] }, answer: { y: [2, 4] } }])).toBe(1.5);
    expect(meanDeviation([{ expected: { y: [1, 2] }, answer: { y: [2] } }])).toBeUndefined();
    expect(meanDeviation([{ expected: { name: 'a' }, answer: { name: 'a' } }])).toBeUndefined();
  });
});
