/**
 * @jest-environment ./plugins/runtimes/onnx/spec/native-arrays.cjs
 */
import { createRequire } from 'node:module';
import { describe, expect, it } from '@jest/globals';
import { describeRuntime } from '@steelyard/runtime-testkit';
import type { Tensor } from '@steelyard/wire';
import { linear } from '../spec/models.fixture.js';
import onnx from './index.js';

const vector = (...data: number[]): Tensor => ({ dtype: 'float32', shape: [data.length], data: Float32Array.from(data) });

const fixture = {
  files: { 'model.onnx': linear() },
  items: [{ x: vector(1, 2, 3) }, { x: vector(0, 0, 0) }, { x: vector(-1, 5, 0.5) }],
  expected: [{ y: vector(14, 25) }, { y: vector(10, 20) }, { y: vector(9.5, 25.5) }],
  badItem: { x: vector(1, 2) },
  garbage: [Buffer.alloc(0), Buffer.from('not a model'), Buffer.from('{"a": 1}'), Buffer.alloc(1000, 0xff)],
};

describeRuntime({ runtime: onnx, describe, it, fixture });

describe('the same model exported for a batch of one', () => {
  describeRuntime({ runtime: onnx, describe, it, fixture: { ...fixture, files: { 'model.onnx': linear(1) } } });
});

it('has the version of its package', () => {
  expect(onnx.version).toBe((createRequire(import.meta.url)('../package.json') as { version: string }).version);
});
