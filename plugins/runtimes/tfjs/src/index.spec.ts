import { createRequire } from 'node:module';
import { describe, expect, it } from '@jest/globals';
import { compileSchema } from '@steelyard/model-package';
import { describeRuntime } from '@steelyard/runtime-testkit';
import type { RuntimeFixture } from '@steelyard/runtime-testkit';
import type { Tensor } from '@steelyard/wire';
import { dense } from '../spec/layers.js';
import { linear } from '../spec/models.js';
import tfjs from './index.js';

const vector = (...data: number[]): Tensor => ({ dtype: 'float32', shape: [data.length], data: Float32Array.from(data) });
const outputs = [vector(14, 25), vector(10, 20), vector(9.5, 25.5)];

const fixture: RuntimeFixture = {
  files: linear(),
  items: [{ x: vector(1, 2, 3) }, { x: vector(0, 0, 0) }, { x: vector(-1, 5, 0.5) }],
  expected: outputs.map((y) => ({ y })),
  badItem: { x: vector(1, 2) },
  garbage: [Buffer.alloc(0), Buffer.from('not a model'), Buffer.from('{"a": 1}'), Buffer.alloc(1000, 0xff)],
};

describe('a graph model', () => {
  describeRuntime({ runtime: tfjs, describe, it, fixture });
});

describe('a graph model for a batch of one, in plain JavaScript', () => {
  describeRuntime({ runtime: tfjs, describe, it, fixture: { ...fixture, files: linear(1), options: { backend: 'cpu' } } });
});

const files = await dense();
const keras = (items: RuntimeFixture['items']) => items.map(({ x }) => ({ y_input: x }));

describe('a layers model', () => {
  describeRuntime({ runtime: tfjs, describe, it, fixture: { ...fixture, files, items: keras(fixture.items), badItem: { y_input: vector(1, 2) } } });
});

it('takes its options and no others', () => {
  const problemsOf = compileSchema(tfjs.optionsSchema, { trusted: true });
  expect(problemsOf({ model: 'a.json', outputs: ['a', 'b'], batchDimension: 'none', backend: 'wasm' })).toEqual([]);
  for (const options of [{ outputs: [] }, { outputs: ['a', 'a'] }, { backend: 'webgl' }, { output: ['a'] }]) expect(problemsOf(options)).toHaveLength(1);
});

it('has the version of its package', () => {
  expect(tfjs.version).toBe((createRequire(import.meta.url)('../package.json') as { version: string }).version);
});
