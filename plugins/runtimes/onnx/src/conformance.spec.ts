/**
 * @jest-environment ./plugins/runtimes/onnx/spec/native-arrays.cjs
 */
import { existsSync } from 'node:fs';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Item } from '@steelyard/runtime-kit';
import { fixtureManifest } from '@steelyard/runtime-testkit';
import type { Tensor } from '@steelyard/wire';
import { conformanceDirs, meets, readCase, type ConformanceCase } from '../spec/conformance-cases.js';
import { runDirectly } from '../spec/run-directly.js';
import onnx from './index.js';
import { loadOnnxLibrary } from './onnx-library.js';
import type { OnnxLibrary } from './onnx-library.js';

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
      if (test && (await passes(test, (given) => runDirectly(library, given)))) passed.direct.push(test.name);
      if (test && (await passes(test, runThrough))) passed.through.push(test.name);
    }
    expect(passed.through).toEqual(passed.direct);
    expect(passed.direct.length / dirs.length).toBeGreaterThan(0.85);
  }, 120_000);
});

async function passes(test: ConformanceCase, run: (test: ConformanceCase) => Promise<Tensor[]>): Promise<boolean> {
  try {
    const answers = await run(test);
    return meets(test, answers);
  } catch {
    return false;
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
