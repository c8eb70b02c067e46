/**
 * @jest-environment ./plugins/runtimes/onnx/spec/native-arrays.cjs
 */
import { existsSync } from 'node:fs';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Item } from '@steelyard/runtime-kit';
import { fixtureManifest } from '@steelyard/runtime-testkit';
import { fromHalf, toHalf, type Tensor } from '@steelyard/wire';
import type { Tensor as OnnxTensor } from 'onnxruntime-node';
import { conformanceDirs, readCase } from '../spec/conformance-cases.js';
import type { ConformanceCase } from '../spec/conformance-cases.js';
import onnx from './index.js';
import { loadOnnxLibrary } from './onnx-library.js';
import type { OnnxLibrary } from './onnx-library.js';
import { sessionOptions } from './session-options.js';

/** Debian's libonnx-testdata; CI announces it. */
const announced = process.env['STEELYARD_TEST_ONNX_DATA'];
const root = announced ?? '/usr/share/libonnx-testdata/data';
/** All 1,072 with 1. */
const step = Number(process.env['STEELYARD_TEST_ONNX_EVERY'] ?? 4);
let library: OnnxLibrary;

(announced || existsSync(root) ? describe : describe.skip)("ONNX's own backend tests", () => {
  beforeAll(async () => {
    library = await loadOnnxLibrary();
  });

  it('pass through the runtime exactly where they pass in ONNX Runtime itself', async () => {
    const passed: { direct: string[]; through: string[] } = { direct: [], through: [] };
    const dirs = conformanceDirs(root, step);
    for (const dir of dirs) {
      const test = readCase(dir);
      if (test && (await passes(test, runDirectly))) passed.direct.push(test.name);
      if (test && (await passes(test, runThrough))) passed.through.push(test.name);
    }
    expect(passed.through).toEqual(passed.direct);
    expect(passed.direct.length / dirs.length).toBeGreaterThan(0.85);
  }, 120_000);
});

async function passes(test: ConformanceCase, run: (test: ConformanceCase) => Promise<Tensor[]>): Promise<boolean> {
  try {
    const answers = await run(test);
    return test.outputs.every((expected, index) => isNear(answers[index], expected));
  } catch {
    return false;
  }
}

async function runDirectly({ dir, inputs }: ConformanceCase): Promise<Tensor[]> {
  const session = await library.InferenceSession.create(`${dir}/model.onnx`, sessionOptions({ device: 'cpu', threads: 1 }));
  try {
    const feeds: Record<string, OnnxTensor> = {};
    for (const [index, { dtype, shape, data }] of inputs.entries()) {
      const value = session.inputMetadata[index];
      const half = value?.isTensor && value.type === 'float16';
      feeds[value?.name ?? ''] = half ? new library.Tensor('float16', toHalf(data as Float32Array), shape) : new library.Tensor(dtype as 'float32', data as Float32Array, shape);
    }
    const results = await session.run(feeds);
    return session.outputNames.map((name) => {
      const { type, dims, data } = results[name] as OnnxTensor;
      return type === 'float16' ? { dtype: 'float32', shape: dims, data: fromHalf(data as Uint16Array) } : ({ dtype: type, shape: dims, data } as Tensor);
    });
  } finally {
    await session.release();
  }
}

async function runThrough({ dir, inputs }: ConformanceCase): Promise<Tensor[]> {
  const manifest = { ...fixtureManifest(onnx, { files: {} }), artifacts: [{ path: 'model.onnx' }] };
  await onnx.inspect({ dir, manifest });
  const model = await onnx.open({ dir, manifest, device: 'cpu', threads: 1, options: {} });
  try {
    // A model whose tensors all begin with 1 has a batch of one, which is no part of a request.
    const isBatch = inputs.some(({ shape }, index) => model.inputs[index]?.shape.length === shape.length - 1);
    const item = Object.fromEntries(inputs.map((tensor, index) => [model.inputs[index]?.name, isBatch ? { ...tensor, shape: tensor.shape.slice(1) } : tensor]));
    const [answer] = await model.run([item], { signal: new AbortController().signal, emit: () => Promise.resolve() });
    if (answer instanceof Error) throw answer;
    return model.outputs.map(({ name }) => withBatch((answer as Item)[name] as Tensor, isBatch));
  } finally {
    await model.close();
  }
}

const withBatch = (tensor: Tensor, isBatch: boolean): Tensor => (isBatch ? { ...tensor, shape: [1, ...tensor.shape] } : tensor);

function isNear(actual: Tensor | undefined, expected: Tensor): boolean {
  if (!actual || actual.dtype !== expected.dtype || actual.shape.join() !== expected.shape.join()) return false;
  return [...expected.data].every((wanted, index) => {
    const got = actual.data[index];
    if (Object.is(got, wanted) || got === wanted) return true;
    return typeof got === 'number' && typeof wanted === 'number' && Math.abs(got - wanted) <= 1e-4 + 2e-3 * Math.abs(wanted);
  });
}
