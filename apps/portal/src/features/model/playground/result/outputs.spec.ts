import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { placeOf } from './boxes/box';
import { detectionOf } from './boxes/detection';
import { readingOf } from './boxes/reading';
import { entitiesOf, piecesOf } from './entities/entities';
import { chartOf, forecastOf } from './forecast/forecast';
import { huesOf, HUES } from './hues';
import { segmentationOf } from './mask/segmentation';
import { ITEMS_SHOWN } from './read';
import { audioIn, imageIn, seriesIn, textIn } from './sent';
import { speechOf } from './speech/speech';
import { condensed, cosineOf, embeddingOf } from './vector/embedding';

const box = { x: 1, y: 2, width: 3, height: 4 };
const cat = { label: 'cat', score: 0.9, box };
const line = { text: 'Hello', score: 0.8, box };
const size = { width: 100, height: 50 };
const TEXT = 'Ada lives in Ulm.';
const ada = { label: 'person', score: 1, start: 0, end: 3, text: 'Ada' };
const ulm = { label: 'place', score: 0.7, start: 13, end: 16, text: 'Ulm' };

const readers: Record<string, (output: unknown) => unknown> = {
  detection: detectionOf,
  reading: readingOf,
  segmentation: segmentationOf,
  entities: (output) => entitiesOf(output, TEXT),
  embedding: embeddingOf,
  speech: speechOf,
  forecast: forecastOf,
};

describe('what an output must be to be shown as one of its task', () => {
  it('is what the task says', () => {
    expect(detectionOf({ objects: [{ ...cat, keypoints: [{ name: 'nose', x: 1, y: 1 }] }], ...size })).toMatchObject({ size, objects: { total: 1, items: [{ label: 'cat', keypoints: [{ name: 'nose' }] }] } });
    expect(detectionOf({ objects: [], ...size })?.objects.total).toBe(0);
    expect(readingOf({ text: 'Hello', lines: [line], ...size })?.lines.items).toEqual([line]);
    expect(segmentationOf({ mask: 'iVBORw0KGgoAAA==', coverage: 0.5 })).toEqual({ mask: 'iVBORw0KGgoAAA==', coverage: 0.5 });
    expect(embeddingOf({ embedding: [1, 0] })).toEqual([1, 0]);
    expect(speechOf({ segments: [{ start: 0, end: 1, score: 1 }], speechSeconds: 1, durationSeconds: 2 })?.segments.total).toBe(1);
    expect(forecastOf({ forecast: [1, 2] })).toEqual({ forecast: [1, 2], band: undefined });
    expect(forecastOf({ forecast: [1], lower: [0], upper: [2] })?.band).toEqual({ lower: [0], upper: [2] });
  });

  it.each([
    ['detection', { objects: [{ ...cat, box: { ...box, x: '1' } }], ...size }],
    ['detection', { objects: [{ ...cat, keypoints: [{ x: 1, y: 1 }] }], ...size }],
    ['detection', { objects: [cat], width: 0, height: 50 }],
    ['detection', { objects: { length: 1, 0: cat }, ...size }],
    ['reading', { text: 'Hello', lines: [{ ...line, text: null }], ...size }],
    ['segmentation', { mask: 'PHN2Zz4=', coverage: 0.5 }],
    ['segmentation', { mask: 'iVBORw0KGgo"), url(https://evil.example/', coverage: 0.5 }],
    ['entities', { entities: [{ ...ulm, end: TEXT.length + 1 }] }],
    ['entities', { entities: [ulm, ada] }],
    ['entities', { entities: [{ ...ada, start: 2, end: 1 }] }],
    ['entities', { entities: [{ ...ada, start: 0.5 }] }],
    ['embedding', { embedding: [] }],
    ['embedding', { embedding: [1, null] }],
    ['embedding', { embedding: Array.from({ length: 70_000 }, () => 0) }],
    ['speech', { segments: [{ start: 2, end: 1, score: 1 }], speechSeconds: 1, durationSeconds: 2 }],
    ['forecast', { forecast: [1, 2], lower: [0], upper: [1, 2] }],
    ['forecast', { forecast: ['1'] }],
  ])('is not this: %s %#', (reader, output) => {
    expect(readers[reader]!(output)).toBeUndefined();
  });

  it('is never taken from anything else, and nothing makes a reader fail', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (output) => {
        for (const read of Object.values(readers)) expect(() => read(output)).not.toThrow();
      }),
    );
  });

  it('is as much as can be looked at, and says how much there is', () => {
    const objects = Array.from({ length: ITEMS_SHOWN + 50 }, () => cat);
    expect(detectionOf({ objects, ...size })?.objects).toMatchObject({ total: ITEMS_SHOWN + 50, items: { length: ITEMS_SHOWN } });
  });
});

describe('a box', () => {
  it('lies within its image, wherever it is said to be', () => {
    const number = fc.double({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(number, number, number, number, (x, y, width, height) => {
        const place = placeOf({ x, y, width, height }, size);
        expect(Object.values(place).every((value) => value >= 0 && value <= 100)).toBe(true);
        expect(place.left + place.width).toBeLessThanOrEqual(100.001);
      }),
    );
    expect(placeOf({ x: 10, y: 5, width: 50, height: 40 }, size)).toEqual({ left: 10, top: 10, width: 50, height: 80 });
  });
});

describe('entities in their text', () => {
  it('leave the text as it was', () => {
    const { entities } = entitiesOf({ entities: [ada, ulm] }, TEXT)!;
    const pieces = piecesOf(TEXT, entities);
    expect(pieces.map(({ text }) => text)).toEqual(['Ada', ' lives in ', 'Ulm', '.']);
    expect(pieces.map(({ entity }) => entity?.label)).toEqual(['person', undefined, 'place', undefined]);
  });

  it('have a colour each, and the first labels one of their own', () => {
    const hues = huesOf(['b', 'a', 'b', ...Array.from({ length: HUES }, (_, at) => `c${at}`)]);
    expect([hues.get('b'), hues.get('a')]).toEqual([0, 1]);
    expect([...hues.values()].every((hue) => hue < HUES)).toBe(true);
  });
});

describe('vectors', () => {
  it('have the cosine of their angle', () => {
    expect(cosineOf([1, 0], [0, 2])).toBe(0);
    expect(cosineOf([1, 2], [2, 4])).toBeCloseTo(1);
    expect(cosineOf([1, 0], [-3, 0])).toBe(-1);
    expect([cosineOf([1], [1, 2]), cosineOf([0, 0], [1, 1]), cosineOf([1e200, 1e200], [1e200, 0])]).toEqual([undefined, undefined, undefined]);
  });

  it('are condensed to means of neighbours', () => {
    expect(condensed([1, 3, 5, 7], 2)).toEqual([2, 6]);
    expect(condensed([1, 2], 5)).toEqual([1, 2]);
    expect(condensed(Array.from({ length: 1_001 }, () => 1), 384)).toEqual(Array.from({ length: 384 }, () => 1));
  });
});

describe('a forecast’s chart', () => {
  it('goes on from the last value that was measured', () => {
    expect(chartOf([1, 2], { forecast: [3], band: { lower: [2.5], upper: [3.5] } })).toEqual([
      { step: -1, history: 1 },
      { step: 0, history: 2, forecast: 2, band: [2, 2] },
      { step: 1, forecast: 3, band: [2.5, 3.5] },
    ]);
  });

  it('shows the end of a long past', () => {
    const points = chartOf(Array.from({ length: 100_000 }, (_, at) => at), { forecast: [1], band: undefined });
    expect(points.length).toBeLessThan(1_000);
    expect(points.at(-2)).toMatchObject({ step: 0, history: 99_999 });
  });
});

describe('what was sent', () => {
  it('is found in the input, whatever its field is called', () => {
    expect(imageIn({ note: 'x', photo: '/9j/4AAQ' })).toBe('/9j/4AAQ');
    expect(imageIn({ image: 'PHN2Zz4=' })).toBeUndefined();
    expect(audioIn({ sound: 'UklGRiQA' })).toBe('UklGRiQA');
    expect(textIn({ lang: 'en', text: 'Hello' })).toBe('Hello');
    expect(seriesIn({ horizon: 3, past: [1, 2] })).toEqual([1, 2]);
    expect(seriesIn({ known: [0], values: [1, 2] })).toEqual([1, 2]);
    expect(seriesIn({ values: ['a'] })).toEqual([]);
  });
});
