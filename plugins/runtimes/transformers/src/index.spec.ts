/**
 * @jest-environment ./plugins/runtimes/onnx/spec/native-arrays.cjs
 */
import { describe, expect, it } from '@jest/globals';
import { describeRuntime } from '@steelyard/runtime-testkit';
import { files, STATES } from '../spec/packages.fixture.js';
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

describeRuntime({ runtime: transformers, fixture: { ...fixture, task: 'text-classification', expected: texts.map(classified) }, describe, it });
describeRuntime({ runtime: transformers, fixture: { ...fixture, task: 'text-embedding', expected: texts.map(embedded) }, describe, it });

it('says which devices and options it has', () => {
  expect(transformers.capabilities).toEqual({ batching: true, streaming: false, devices: ['cpu'] });
  expect(Object.keys(transformers.optionsSchema['properties'] as object)).toEqual(['dtype', 'truncate', 'tokensPerRun', 'pooling', 'normalize']);
});
