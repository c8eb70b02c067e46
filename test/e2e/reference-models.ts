import { expect } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repositoryRoot } from '@steelyard/test-support';
import sharp from 'sharp';

export const modelsFolder = join(repositoryRoot, 'plugins/models');

type Fields = Record<string, any>;

export interface Charge {
  /** In parts of the unit. */
  readonly units: readonly { readonly unit: string; readonly quantity: bigint }[];
  readonly costNano: bigint;
  /** Taken from the free units of the month. */
  readonly free?: true;
}

export interface ReferenceModel {
  readonly name: string;
  readonly runtime: string;
  /** What a call of this input is counted as and costs, worked out by hand. */
  readonly charge: (output: Fields) => Charge;
  /** What goes in and what comes out, for the table. */
  readonly shows: readonly [input: string, output: (output: Fields) => string];
  readonly input: () => Promise<Fields>;
  /** Fails where the answer is not what a person would say of the input. */
  readonly check: (output: Fields) => Promise<void> | void;
}

const sampleFile = (model: string, file: string): Promise<Buffer> => readFile(join(modelsFolder, model, 'samples', file));
const sample = async (model: string, name: string): Promise<{ input: Fields; expected: Fields }> => JSON.parse((await sampleFile(model, `${name}.json`)).toString());
const image = (model: string, file: string) => async () => ({ image: await sampleFile(model, file) });
const recording = (model: string, file: string) => async () => ({ audio: await sampleFile(model, file) });
const labelled = ({ label, score }: Fields): string => `${label} ${score.toFixed(2)}`;

const counted = (unit: string, quantity: bigint, costNano: bigint) => (): Charge => ({ units: [{ unit, quantity }], costNano });
const aCall = (costNano: bigint) => counted('request', 1n, costNano);

/** 0.15 and 0.60 dollars for a million tokens, of an answer that says how many it read and wrote. */
export function storyCharge({ usage }: Fields): Charge {
  const [read, written] = [BigInt(usage.inputTokens), BigInt(usage.outputTokens)];
  return { units: [{ unit: 'input_token', quantity: read }, { unit: 'output_token', quantity: written }], costNano: read * 150n + written * 600n };
}

export const TELL = { messages: [{ role: 'user', content: 'Tell me a story about Mina and a kite.' }], temperature: 0, maxTokens: 200 };

/** The same weights for two runtimes. */
const stories: Omit<ReferenceModel, 'name' | 'runtime'> = {
  charge: storyCharge,
  shows: ['a request for a story', ({ usage }) => `a story of ${usage.outputTokens} tokens`],
  input: async () => TELL,
  check: ({ text, finishReason }) => {
    expect(finishReason).toBe('stop');
    expect(text).toMatch(/\bMina\b.*\bkite\b/s);
  },
};

export const referenceModels: readonly ReferenceModel[] = [
  {
    name: 'breast-cancer',
    runtime: 'onnx',
    charge: aCall(1_000_000n),
    shows: ['30 numbers of a held-out malignant case', labelled],
    input: async () => (await sample('breast-cancer', 'malignant')).input,
    check: (output) => {
      expect(output).toMatchObject({ label: 'malignant', scores: [{ label: 'malignant' }, { label: 'benign' }] });
      expect(output['score']).toBeGreaterThan(0.95);
    },
  },
  {
    name: 'content-moderation',
    runtime: 'tfjs',
    charge: aCall(500_000n),
    shows: ['a cup of coffee, JPEG of 400x267', labelled],
    input: image('content-moderation', 'coffee.jpg'),
    check: (output) => {
      expect(output['scores'].map(({ label }: Fields) => label)).toEqual(['Drawing', 'Hentai', 'Neutral', 'Porn', 'Sexy']);
      expect(output['label']).toBe('Neutral');
      expect(output['score']).toBeGreaterThan(0.98);
    },
  },
  {
    name: 'digits',
    runtime: 'onnx',
    charge: aCall(200_000n),
    shows: ['a drawn 3, PNG of 280x280', labelled],
    input: image('digits', 'drawn-three.png'),
    check: (output) => {
      expect(output['label']).toBe('3');
      expect(output['scores']).toHaveLength(10);
      expect(output['score']).toBeGreaterThan(0.95);
    },
  },
  {
    name: 'electricity-forecast',
    runtime: 'onnx',
    charge: aCall(200_000n),
    shows: ['eight days of demand that grows by two per cent a day', ({ forecast }) => `${forecast.length} half-hours, ${forecast[0].toFixed(0)} W first`],
    input: async () => (await sample('electricity-forecast', 'growing')).input,
    check: async ({ forecast, lower, upper }) => {
      const { values } = (await sample('electricity-forecast', 'growing')).input;
      const weekAgo = values.slice(48, 96);
      expect(forecast).toHaveLength(48);
      for (const [index, value] of forecast.entries()) expect([index, lower[index] < value, value < upper[index]]).toEqual([index, true, true]);
      const mean = (list: number[]): number => list.reduce((sum, value) => sum + value, 0) / list.length;
      // Growing by two per cent of the first day for seven days.
      expect(mean(forecast) / mean(weekAgo)).toBeCloseTo(1 + 0.14 / 1.03, 1);
      const errors = forecast.map((value: number, index: number) => Math.abs(value / (weekAgo[index] * (1 + 0.14 / 1.03)) - 1));
      expect(mean(errors)).toBeLessThan(0.05);
    },
  },
  {
    name: 'faces',
    runtime: 'onnx',
    charge: counted('image', 1n, 300_000n),
    shows: ['an astronaut, JPEG of 320x320', ({ objects }) => `${objects.map(labelled).join(', ')}, boxed, ${objects[0].keypoints.length} keypoints`],
    input: image('faces', 'astronaut.jpg'),
    check: checkFace,
  },
  {
    name: 'movie-sentiment',
    runtime: 'onnx',
    charge: () => ({ ...aCall(0n)(), free: true }),
    shows: ['two sentences of praise', labelled],
    input: async () => ({ text: 'I did not expect to like this, but it is a beautiful, moving film with a superb cast. I will watch it again.' }),
    check: (output) => {
      expect(output).toMatchObject({ label: 'positive', scores: [{ label: 'negative' }, { label: 'positive' }] });
      expect(output['score']).toBeGreaterThan(0.9);
    },
  },
  {
    name: 'objects',
    runtime: 'tfjs',
    charge: aCall(1_000_000n),
    shows: ['the head of a cat, JPEG of 360x239', ({ objects }) => `${objects.map(labelled).join(', ')}, boxed`],
    input: image('objects', 'cat.jpg'),
    check: ({ objects, width, height }) => {
      expect([width, height, objects[0].label]).toEqual([360, 239, 'cat']);
      // The head, ears included, drawn by hand.
      expect(overlap(objects[0].box, { x: 0, y: 0, width: 340, height: 239 })).toBeGreaterThan(0.9);
    },
  },
  {
    name: 'page-text',
    runtime: 'ocr',
    charge: counted('image', 1n, 2_000_000n),
    shows: ['four printed lines, PNG of 691x213', ({ text, lines }) => `${text.length} characters in ${lines.length} lines`],
    input: image('page-text', 'lighthouse.png'),
    check: async ({ text, lines }) => {
      expect(text).toBe((await sample('page-text', 'lighthouse')).expected['text']);
      expect(lines.map((line: Fields) => line['text']).join('\n')).toBe(text);
      // "of granite", the end of the first line, drawn by hand.
      const { x, y, width, height } = lines[0].box;
      expect(Math.abs(x + width - 598)).toBeLessThan(8);
      expect(Math.abs(y + height / 2 - 65)).toBeLessThan(5);
    },
  },
  {
    name: 'person-mask',
    runtime: 'tfjs',
    charge: aCall(500_000n),
    shows: ['an astronaut, JPEG of 320x320', ({ coverage }) => `mask of 320x320, coverage ${coverage.toFixed(2)}`],
    input: image('person-mask', 'astronaut.jpg'),
    check: checkMask,
  },
  {
    name: 'review-encoder',
    runtime: 'onnx',
    charge: aCall(200_000n),
    shows: ['23 token ids of praise', (output) => `vector of ${output['sentence_embedding'].data.length}, 2 logits`],
    input: async () => (await sample('review-encoder', 'praise')).input,
    check: ({ logits, sentence_embedding: embedding }) => {
      expect(embedding).toMatchObject({ dtype: 'float32', shape: [256] });
      expect(embedding.data).toHaveLength(256);
      expect(embedding.data.every(Number.isFinite)).toBe(true);
      expect(logits.data[1]).toBeGreaterThan(logits.data[0] + 2);
    },
  },
  {
    name: 'review-sentiment',
    runtime: 'transformers',
    charge: aCall(200_000n),
    shows: ['a sentence of complaint', labelled],
    input: async () => ({ text: 'What a waste of an evening: the plot is stupid, the acting is terrible, and the jokes are boring.' }),
    check: (output) => {
      expect(output['label']).toBe('negative');
      expect(output['score']).toBeGreaterThan(0.9);
    },
  },
  {
    name: 'sentence-embeddings',
    runtime: 'tfjs',
    charge: counted('embedding', 1n, 20_000n),
    shows: ['a question of six words', ({ embedding }) => `vector of ${embedding.length}`],
    input: async () => ({ text: 'Where can I park my car?' }),
    check: async ({ embedding }) => {
      const other = (await sample('sentence-embeddings', 'vehicle')).expected['embedding'] as number[];
      const product = (a: number[], b: number[]): number => a.reduce((sum, value, index) => sum + value * (b[index] ?? NaN), 0);
      expect(product(embedding, embedding)).toBeCloseTo(1, 3);
      // The same asked in other words, and a vector with all of its numbers in other places.
      expect(product(embedding, other)).toBeGreaterThan(0.5);
      expect(product(embedding, embedding.toReversed())).toBeLessThan(0.3);
    },
  },
  {
    name: 'spoken-digits',
    runtime: 'onnx',
    // 5,540 samples at 8 kHz, at 0.0001 dollars a second.
    charge: counted('audio_second', 692_500n, 69_250n),
    shows: ['a woman says eight, WAV of 8 kHz', labelled],
    input: recording('spoken-digits', 'eight.wav'),
    check: ({ label, score, scores }) => {
      expect([label, scores.length]).toEqual(['eight', 10]);
      expect(score).toBeGreaterThan(0.85);
    },
  },
  {
    name: 'tiny-stories',
    runtime: 'llama-cpp',
    ...stories,
  },
  {
    name: 'tiny-stories-onnx',
    runtime: 'transformers',
    ...stories,
  },
  {
    name: 'voice-activity',
    runtime: 'onnx',
    // 44,269 samples at 8 kHz, at 0.36 dollars an hour, and half a nano-unit that is rounded to even.
    charge: counted('audio_second', 5_533_625n, 553_362n),
    shows: ['two cards named, WAV of 8 kHz, 5.5 s', ({ segments, speechSeconds }) => `${segments.length} segments, ${speechSeconds.toFixed(1)} s of speech`],
    input: recording('voice-activity', 'two-cards.wav'),
    check: ({ segments, durationSeconds }) => {
      // Where the recording is loud; a sibilant at the end may be lost.
      const spoken = [[0.88, 1.88], [3.52, 4.88]];
      expect(segments).toHaveLength(spoken.length);
      for (const [index, [start, end]] of spoken.entries()) {
        expect(Math.abs(segments[index].start - start!)).toBeLessThan(0.3);
        expect(Math.abs(segments[index].end - end!)).toBeLessThan(0.3);
        expect(segments[index].score).toBeGreaterThan(0.8);
      }
      expect(durationSeconds).toBeCloseTo(5.534, 2);
    },
  },
  {
    name: 'word-tags',
    runtime: 'transformers',
    charge: aCall(0n),
    shows: ['a sentence of eight words', ({ entities }) => entities.map(({ label, text }: Fields) => `${text} ${label}`).join(', ')],
    input: async () => ({ text: 'Mary will book a flight to Paris tomorrow.' }),
    check: ({ entities }) => {
      expect(entities.map(({ text, label }: Fields) => `${text} ${label}`)).toEqual(
        ['Mary PROPN', 'will VERB', 'book VERB', 'a DET', 'flight NOUN', 'to ADP', 'Paris PROPN', 'tomorrow NOUN'],
      );
      expect([entities[6].start, entities[6].end]).toEqual([27, 32]);
    },
  },
];

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Intersection over union. */
function overlap(a: Box, b: Box): number {
  const side = (at: 'x' | 'y', size: 'width' | 'height'): number => Math.max(0, Math.min(a[at] + a[size], b[at] + b[size]) - Math.max(a[at], b[at]));
  const both = side('x', 'width') * side('y', 'height');
  return both / (a.width * a.height + b.width * b.height - both);
}

/** One face, where it was drawn by hand from hairline to chin, and its eyes where a person puts them. */
function checkFace({ objects }: Fields): void {
  expect(objects).toHaveLength(1);
  const [{ box, keypoints }] = objects;
  expect(overlap(box, { x: 114, y: 50, width: 55, height: 61 })).toBeGreaterThan(0.8);
  const drawn = [['rightEye', 127, 63], ['leftEye', 154, 64], ['nose', 141, 79], ['mouth', 140, 89]] as const;
  for (const [index, [name, x, y]] of drawn.entries()) {
    expect(keypoints[index].name).toBe(name);
    expect(Math.hypot(keypoints[index].x - x, keypoints[index].y - y)).toBeLessThan(6);
  }
}

/** The picture says the same as the number beside it, and the person is where she is in the photo: in the lower middle, not in the corner above. */
async function checkMask({ mask, coverage }: Fields): Promise<void> {
  const { data, info } = await sharp(Buffer.from(mask, 'base64')).greyscale().raw().toBuffer({ resolveWithObject: true });
  expect([info.width, info.height]).toEqual([320, 320]);
  expect(data.filter((grey) => grey >= 128).length / data.length).toBeCloseTo(coverage, 2);
  expect(Math.abs(coverage - 0.547)).toBeLessThan(0.02);
  expect(data[300 * 320 + 140]).toBeGreaterThan(200);
  expect(data[5 * 320 + 315]).toBeLessThan(50);
}
