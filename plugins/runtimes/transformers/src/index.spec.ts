/**
 * @jest-environment ./plugins/runtimes/onnx/spec/native-arrays.cjs
 */
import { describe, expect, it } from '@jest/globals';
import { describeRuntime } from '@steelyard/runtime-testkit';
import { chainFiles } from '../spec/chain-decoder.fixture.js';
import { files, STATES } from '../spec/packages.fixture.js';
import { PLACE_SCORE, SCORE, taggerFiles } from '../spec/tagger.fixture.js';
import transformers from './index.js';

const statesOf = (text: string): (readonly [number, number])[] => ['[CLS]', ...text.split(' '), '[SEP]'].map((piece) => STATES[piece] ?? [0, 0]);
const sumOf = (text: string): [number, number] => statesOf(text).reduce<[number, number]>(([a, b], [c, d]) => [a + c, b + d], [0, 0]);

function classified(text: string): Record<string, unknown> {
  const logits = sumOf(text);
  const weights = logits.map((logit) => Math.exp(logit - Math.max(...logits)));
  const [negative = 0, positive = 0] = weights.map((weight) => weight / (weights[0]! + weights[1]!));
  const best = positive > negative ? { label: 'positive', score: positive } : { label: 'negative', score: negative };
  return { ...best, scores: [{ label: 'negative', score: negative }, { label: 'positive', score: positive }] };
}

function embedded(text: string): Record<string, unknown> {
  const mean = sumOf(text).map((sum) => Math.fround(sum) / statesOf(text).length).map(Math.fround);
  return { embedding: mean.map((value) => value / Math.hypot(...mean)) };
}

// Of different lengths: what is padded must not change the answer.
const texts = ['good film', 'bad', 'good good film bad', 'film'];
const fixture = { files: files(), items: texts.map((text) => ({ text })), badItem: { text: 7 }, garbage: [Buffer.from('no model'), Buffer.from('[]'), Buffer.alloc(0)] };
const stream = {
  item: { prompt: 'm', temperature: 0 },
  long: { item: { prompt: '0', temperature: 0, maxTokens: 400 }, partsMin: 400 },
  join: (parts: readonly unknown[]) => ({ text: parts.map((part) => (part as { text: string }).text).join('') }),
};
const generation = {
  ...fixture,
  task: 'text-generation' as const,
  batchSizeMax: 1,
  files: chainFiles(),
  items: [{ prompt: 'x', temperature: 0 }, { prompt: '5', temperature: 0, maxTokens: 4 }],
  expected: [
    { text: 'yz', finishReason: 'stop', usage: { inputTokens: 2, outputTokens: 2 } },
    { text: '6789', finishReason: 'length', usage: { inputTokens: 2, outputTokens: 4 } },
  ],
  badItem: { prompt: 'x', messages: [{ role: 'user', content: 'x' }] },
  stream,
};

describeRuntime({ runtime: transformers, fixture: generation, describe, it });
// They hand out no parts: what is asked of streams was asked above.
const whole = { ...transformers, capabilities: { ...transformers.capabilities, streaming: false } };
describeRuntime({ runtime: whole, fixture: { ...fixture, task: 'text-classification', expected: texts.map(classified) }, describe, it });
describeRuntime({ runtime: whole, fixture: { ...fixture, task: 'text-embedding', expected: texts.map(embedded) }, describe, it });
const person = { label: 'PERSON', score: SCORE, text: 'Ada', start: 0, end: 3 };
const tagging = {
  ...fixture,
  task: 'token-classification' as const,
  files: taggerFiles(),
  items: ['Ada', 'Ada and new york and Ada , Ada', 'and'].map((text) => ({ text })),
  expected: [
    { entities: [person] },
    { entities: [person, { label: 'PLACE', score: PLACE_SCORE, text: 'new york', start: 8, end: 16 }, { ...person, start: 21, end: 24 }, { ...person, start: 27, end: 30 }] },
    { entities: [] },
  ],
};
describeRuntime({ runtime: whole, fixture: tagging, describe, it });

it('says which devices and options it has', () => {
  expect(transformers.capabilities).toEqual({ batching: true, streaming: true, devices: ['cpu'] });
  expect(Object.keys(transformers.optionsSchema['properties'] as object)).toEqual(['dtype', 'truncate', 'tokensPerRun', 'pooling', 'normalize']);
});
