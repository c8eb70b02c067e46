/**
 * @jest-environment ./plugins/runtimes/onnx/spec/native-arrays.cjs
 */
import { describe, expect, it } from '@jest/globals';
import type { Item, LoadedModel } from '@steelyard/runtime-kit';
import { withModel, withPackage } from '@steelyard/runtime-testkit';
import type { Tensor } from '@steelyard/wire';
import { identity, linear, lookUp, quantised, withExternal } from '../spec/models.fixture.js';
import { graph, model, node, valueInfo } from '@steelyard/test-support/onnx-writer';
import onnx from './index.js';

const withBytes = <T>(content: Uint8Array, use: (model: LoadedModel) => Promise<T>, options: Record<string, unknown> = {}) =>
  withModel(onnx, { files: { 'model.onnx': content }, options }, use);
const run = (loaded: LoadedModel, items: readonly Item[]) => loaded.run(items, { signal: new AbortController().signal, emit: () => Promise.resolve() });
const floats = (...data: number[]): Tensor => ({ dtype: 'float32', shape: [data.length], data: Float32Array.from(data) });
const longs = (...data: number[]): Tensor => ({ dtype: 'int64', shape: [data.length], data: BigInt64Array.from(data, BigInt) });

describe('the batch dimension', () => {
  it('is no part of the shapes that a model reports', async () => {
    const reported = ({ inputs, outputs }: LoadedModel) => Promise.resolve([inputs, outputs]);
    const expected = [[{ name: 'x', dtype: 'float32', shape: [3] }], [{ name: 'y', dtype: 'float32', shape: [2] }]];
    for (const batch of ['batch', '', 1]) expect(await withBytes(linear(batch), reported)).toEqual(expected);
    expect(await withBytes(linear(4), reported)).toEqual([[{ name: 'x', dtype: 'float32', shape: [4, 3] }], [{ name: 'y', dtype: 'float32', shape: [4, 2] }]]);
    expect((await withBytes(linear('batch'), reported, { batchDimension: 'none' }))[0]).toEqual([{ name: 'x', dtype: 'float32', shape: [-1, 3] }]);
  });

  it('is not taken for one where the output goes by another dimension', async () => {
    const found = model(
      graph({ nodes: [node({ op: 'NonZero', inputs: ['x'], outputs: ['y'] })], inputs: [valueInfo('x', 'float32', ['size'])], outputs: [valueInfo('y', 'int64', [1, 'found'])] }),
    );
    await withBytes(found, async (loaded) => {
      expect(loaded.inputs[0]?.shape).toEqual([-1]);
      expect(await run(loaded, [{ x: floats(0, 5, 0, 6) }, { x: floats(1) }])).toEqual([
        { y: { dtype: 'int64', shape: [1, 2], data: BigInt64Array.of(1n, 3n) } },
        { y: { dtype: 'int64', shape: [1, 1], data: BigInt64Array.of(0n) } },
      ]);
    });
  });

  it('lets requests of different shapes run in one call', async () => {
    await withBytes(identity('float32', ['n', 'length']), async (loaded) => {
      const items = [{ x: floats(1) }, { x: floats(2, 3) }, { x: floats(4) }, { x: floats() }];
      expect(await run(loaded, items)).toEqual(items.map(({ x }) => ({ y: x })));
    });
  });
});

it('keeps one request\'s failure from its neighbours in the batch', async () => {
  await withBytes(lookUp(), async (loaded) => {
    const answers = await run(loaded, [{ i: longs(0, 1) }, { i: longs(9, 0) }, { i: longs(3, 3) }]);
    expect(answers).toEqual([{ y: floats(5, 6) }, expect.objectContaining({ code: 'RUNTIME.RUN_FAILED' }), { y: floats(8, 8) }]);
  });
});

it.each<[Parameters<typeof identity>[0], Tensor['data']]>([
  ['int64', BigInt64Array.of(-(2n ** 63n), 2n ** 53n + 1n)],
  ['bool', Uint8Array.of(1, 0)],
  ['string', ['Grüße', '']],
  ['uint8', Uint8Array.of(0, 255)],
  ['float32', Float32Array.of(NaN, -0)],
])('carries %s exactly', async (dtype, data) => {
  await withBytes(identity(dtype), async (loaded) => {
    const x = { dtype, shape: [2], data } as Tensor;
    expect(await run(loaded, [{ x }, { x }])).toEqual([{ y: x }, { y: x }]);
  });
});

it('gives and takes float16 as float32, rounded as IEEE 754 does', async () => {
  await withBytes(identity('float16'), async (loaded) => {
    expect([loaded.inputs, loaded.outputs]).toEqual([[{ name: 'x', dtype: 'float32', shape: [2] }], [{ name: 'y', dtype: 'float32', shape: [2] }]]);
    expect(await run(loaded, [{ x: floats(1 + 2 ** -12, -0) }, { x: floats(65_504, 1e6) }])).toEqual([{ y: floats(1, -0) }, { y: floats(65_504, Infinity) }]);
  });
});

it('runs a model whose weights are int8', async () => {
  await withBytes(quantised(), async (loaded) => {
    const [answer] = await run(loaded, [{ x: floats(1, 0.5, -1) }]);
    const { data } = (answer as { y: Tensor }).y as { data: Float32Array };
    // W = [[2, -4], [6, 0], [1, 1]] in steps of 0.5; the activations are quantised to 8 bits.
    expect([...data].map((score) => Math.round(score * 10) / 10)).toEqual([2, -2.5]);
  });
});

it('refuses a model with a type that it cannot carry, when it is loaded', async () => {
  await expect(withBytes(identity('bfloat16'), async () => {})).rejects.toMatchObject({ code: 'RUNTIME.LOAD_FAILED', message: expect.stringContaining('16') });
});

it('says why a model does not load, without the place where it lies', async () => {
  const unknown = model(graph({ nodes: [node({ op: 'Nonsense', inputs: ['x'], outputs: ['y'] })], inputs: [valueInfo('x', 'float32', [1])], outputs: [valueInfo('y', 'float32', [1])] }));
  await withPackage(onnx, { files: { 'model.onnx': unknown } }, async (context) => {
    const error = await onnx.open(context).catch((thrown: Error) => thrown);
    expect(error).toMatchObject({ code: 'RUNTIME.LOAD_FAILED', message: expect.stringContaining('Nonsense') });
    expect((error as Error).message).not.toContain(context.dir);
  });
});

it('reads weights from a file of the package', async () => {
  const files = { 'model.onnx': withExternal({ location: 'w.bin' }), 'w.bin': Buffer.from(Float32Array.of(3, 4).buffer) };
  await withModel(onnx, { files }, async (loaded) => {
    expect(await run(loaded, [{ x: floats(1, 1) }])).toEqual([{ y: floats(4, 5) }]);
  });
});

it('does not load what its scan refuses', async () => {
  await expect(withBytes(withExternal({ location: '../w.bin' }), async () => {})).rejects.toMatchObject({ code: 'RUNTIME.ARTIFACT_REFUSED' });
});
