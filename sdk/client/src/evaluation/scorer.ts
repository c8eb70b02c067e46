import type { LabelledLine } from './dataset.js';
import { isObject } from './dataset.js';
import { accuracy, macroF1 } from './measures/labels.js';
import { meanAbsoluteError, meanAbsoluteScaledError } from './measures/numbers.js';
import { type Box, type ExpectedObject, type FoundObject, objectScores } from './measures/objects.js';
import { type Span, secondsF1, spanF1, type Stretch } from './measures/spans.js';
import { characterErrorRate, exactTexts } from './measures/texts.js';
import { exactMatches, meanDeviation } from './measures/values.js';

export type MeasureName = 'accuracy' | 'macroF1' | 'f1' | 'recall' | 'characterErrorRate' | 'exactMatch' | 'mae' | 'mase';

export interface Measure {
  readonly name: MeasureName;
  readonly better: 'higher' | 'lower';
}

export type MeasureValues = Partial<Readonly<Record<MeasureName, number | undefined>>>;

/** A line whose answer can be compared with what was expected of it. */
export interface Comparable {
  readonly input: LabelledLine['input'];
  readonly expected: unknown;
  readonly answer: unknown;
}

/** How the answers of one task are measured. */
export interface Scorer {
  readonly measures: readonly Measure[];
  /** What a line expects, in the form that is compared; undefined where it says nothing that this task could answer. */
  readonly readExpected: (expected: unknown) => unknown;
  /** For people: what a line should expect. */
  readonly expects: string;
  /** A model's answer in the form that is compared; undefined where there is nothing in it to compare with what is expected. */
  readonly readAnswer: (output: unknown, expected: unknown) => unknown;
  readonly score: (lines: readonly Comparable[]) => MeasureValues;
}

const higher = (...names: MeasureName[]): Measure[] => names.map((name) => ({ name, better: 'higher' }));
const lower = (...names: MeasureName[]): Measure[] => names.map((name) => ({ name, better: 'lower' }));

/** Undoes the erasure of {@link Scorer}: its functions are given what its own readers made. */
const as = <T>(lines: readonly Comparable[]) => lines as unknown as readonly T[];

const classification: Scorer = {
  measures: higher('accuracy', 'macroF1'),
  expects: 'a label: "cat" or {"label": "cat"}',
  readExpected: (expected) => textIn(expected, 'label'),
  readAnswer: (output) => textIn(output, 'label'),
  score: (lines) => ({ accuracy: accuracy(as(lines)), macroF1: macroF1(as(lines)) }),
};

const detection: Scorer = {
  measures: higher('f1', 'recall'),
  expects: 'the objects of the image: [{"label": "cat", "box": {"x", "y", "width", "height"}}]; the box may be left out',
  readExpected: (expected) => listIn(expected, 'objects', readExpectedObject),
  readAnswer: (output) => listIn(output, 'objects', readFoundObject),
  score: (lines) => objectScores(as(lines)),
};

const tokens: Scorer = {
  measures: higher('f1'),
  expects: 'the entities of the text: [{"label": "PER", "start": 0, "end": 5}], or with "text" in place of start and end',
  readExpected: (expected) => listIn(expected, 'entities', readSpan),
  readAnswer: (output) => listIn(output, 'entities', readSpan),
  score: (lines) => ({ f1: spanF1(as(lines)) }),
};

const voice: Scorer = {
  measures: higher('f1'),
  expects: 'where somebody speaks, in seconds: [{"start": 0.5, "end": 2}]',
  readExpected: (expected) => listIn(expected, 'segments', readStretch),
  readAnswer: (output) => listIn(output, 'segments', readStretch),
  score: (lines) => ({ f1: secondsF1(as(lines)) }),
};

const texts: Scorer = {
  measures: [...lower('characterErrorRate'), ...higher('exactMatch')],
  expects: 'the text: "Hello" or {"text": "Hello"}',
  readExpected: (expected) => textIn(expected, 'text'),
  readAnswer: (output) => textIn(output, 'text'),
  score: (lines) => ({ characterErrorRate: characterErrorRate(as(lines)), exactMatch: exactTexts(as(lines)) }),
};

const forecasting: Scorer = {
  measures: lower('mase', 'mae'),
  expects: 'the values that came next: [1.2, 1.3] or {"forecast": [1.2, 1.3]}',
  readExpected: (expected) => {
    const values = listIn(expected, 'forecast', readNumber);
    return values?.length === 0 ? undefined : values;
  },
  readAnswer: (output, expected) => {
    const values = listIn(output, 'forecast', readNumber);
    return values && values.length >= (expected as readonly number[]).length ? values : undefined;
  },
  score: (lines) => {
    const compared = lines.map(({ input, expected, answer }) => ({ past: listIn(input, 'values', readNumber) ?? [], expected: expected as readonly number[], answer: answer as readonly number[] }));
    return { mase: meanAbsoluteScaledError(compared), mae: meanAbsoluteError(compared) };
  },
};

const anything: Scorer = {
  measures: [...higher('exactMatch'), ...lower('mae')],
  expects: 'a part of the answer, e.g. {"y": {"data": [6.5]}}',
  readExpected: (expected) => (isObject(expected) && Object.keys(expected).length > 0 ? expected : undefined),
  readAnswer: (output) => (isObject(output) ? output : undefined),
  score: (lines) => ({ exactMatch: exactMatches(lines), mae: meanDeviation(lines) }),
};

const SCORERS: Readonly<Record<string, Scorer>> = {
  'image-classification': classification,
  'text-classification': classification,
  'audio-classification': classification,
  'tabular-classification': classification,
  'object-detection': detection,
  'token-classification': tokens,
  'voice-activity-detection': voice,
  ocr: texts,
  'text-generation': texts,
  'time-series-forecasting': forecasting,
  custom: anything,
};

/** How the answers of a task are measured; undefined for tasks whose answers have no right or wrong by themselves. */
export function scorerOf(task: string): Scorer | undefined {
  return Object.hasOwn(SCORERS, task) ? SCORERS[task] : undefined;
}

/** The text itself, or that of an object's field. */
function textIn(value: unknown, field: string): string | undefined {
  const text = isObject(value) ? value[field] : value;
  return typeof text === 'string' ? text : undefined;
}

/** The list itself, or that of an object's field; undefined where one of its items is not as it should be. */
function listIn<T>(value: unknown, field: string, read: (item: unknown) => T | undefined): T[] | undefined {
  const list = isObject(value) ? value[field] : value;
  if (!Array.isArray(list)) return undefined;
  const items = list.map(read).filter((item) => item !== undefined);
  return items.length === list.length ? items : undefined;
}

function readNumber(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

function readBox(value: unknown): Box | undefined {
  if (!isObject(value)) return undefined;
  const isBox = ['x', 'y', 'width', 'height'].every((key) => readNumber(value[key]) !== undefined);
  return isBox ? (value as unknown as Box) : undefined;
}

function readExpectedObject(value: unknown): ExpectedObject | undefined {
  if (!isObject(value) || typeof value['label'] !== 'string') return undefined;
  if (value['box'] === undefined) return { label: value['label'] };
  const box = readBox(value['box']);
  return box && { label: value['label'], box };
}

function readFoundObject(value: unknown): FoundObject | undefined {
  const object = readExpectedObject(value);
  return object?.box && { label: object.label, box: object.box, score: readNumber((value as FoundObject).score) ?? 0 };
}

function readSpan(value: unknown): Span | undefined {
  if (!isObject(value) || typeof value['label'] !== 'string') return undefined;
  const { label } = value as { label: string };
  const [start, end] = [readNumber(value['start']), readNumber(value['end'])];
  const text = typeof value['text'] === 'string' ? value['text'] : undefined;
  if (start !== undefined && end !== undefined) return { label, start, end, text };
  return text === undefined ? undefined : { label, text };
}

function readStretch(value: unknown): Stretch | undefined {
  if (!isObject(value)) return undefined;
  const [start, end] = [readNumber(value['start']), readNumber(value['end'])];
  return start === undefined || end === undefined ? undefined : { start, end };
}
