import { describe, expect, it } from '@jest/globals';
import type { Item, LoadedModel } from '@steelyard/runtime-kit';
import { withModel, withPackage } from '@steelyard/runtime-testkit';
import type { Tensor } from '@steelyard/wire';
import * as layers from '@tensorflow/tfjs-layers';
import { saved } from '../spec/layers.js';
import { bytesOf, constant, graph, identity, linear, placeholder, signatureOf, unary } from '../spec/models.js';
import type { Files } from '../spec/models.js';
import tfjs from './index.js';
import { loadCore } from './library.js';
import type { TfjsModel } from './tfjs-model.js';

const withFiles = <T>(files: Files, use: (model: LoadedModel) => Promise<T>, options: Record<string, unknown> = {}) => withModel(tfjs, { files, options }, use);
const run = (loaded: LoadedModel, items: readonly Item[]) => loaded.run(items, { signal: new AbortController().signal, emit: () => Promise.resolve() });
const floats = (...data: number[]): Tensor => ({ dtype: 'float32', shape: [data.length], data: Float32Array.from(data) });
const ints = (...data: number[]): Tensor => ({ dtype: 'int32', shape: [data.length], data: Int32Array.from(data) });
const backendOf = (loaded: LoadedModel) => (loaded as TfjsModel).backend;

/** y = table[i]: an index of 4 or more fails at run time, and in a batch it fails the run of all. */
const lookUp = graph({
  nodes: [placeholder('i', [-1, -1], 'DT_INT64'), constant('table'), constant('axis', 'DT_INT32'), { name: 'y', op: 'GatherV2', input: ['table', 'i', 'axis'] }],
  weights: [{ name: 'table', shape: [4] }, { name: 'axis', shape: [], dtype: 'int32' }],
  data: bytesOf(Float32Array.of(5, 6, 7, 8), Int32Array.of(0)),
});

/** y = x * W by an operation that the WebAssembly backend lacks. */
const einsum = (signed: boolean): Files =>
  graph({
    nodes: [
      placeholder('x', [-1, 2]),
      constant('W'),
      { name: 'y', op: 'Einsum', input: ['x', 'W'], attr: { equation: { s: Buffer.from('ij,j->ij').toString('base64') }, N: { i: '2' } } },
    ],
    weights: [{ name: 'W', shape: [2] }],
    data: bytesOf(Float32Array.of(10, 20)),
    json: signed ? { signature: signatureOf({ inputs: { x: { shape: [-1, 2] } }, outputs: { y: { shape: [-1, 2] } } }) } : {},
  });

/** The positions of what is true: how many there are is known only while it runs. */
const where = graph({
  nodes: [placeholder('x', [-1], 'DT_BOOL'), { name: 'y', op: 'Where', input: ['x'] }],
  json: { signature: signatureOf({ inputs: { x: { shape: [-1], type: 'DT_BOOL' } }, outputs: { y: { shape: [-1, 1], type: 'DT_INT64' } } }) },
});

describe('the batch dimension', () => {
  const reported = ({ inputs, outputs }: LoadedModel) => Promise.resolve([inputs, outputs]);

  it('is no part of the shapes that a model reports', async () => {
    const expected = [[{ name: 'x', dtype: 'float32', shape: [3] }], [{ name: 'y', dtype: 'float32', shape: [2] }]];
    for (const batch of [-1, 1]) expect(await withFiles(linear(batch), reported)).toEqual(expected);
    expect(await withFiles(linear(4), reported)).toEqual([[{ name: 'x', dtype: 'float32', shape: [4, 3] }], [{ name: 'y', dtype: 'float32', shape: [4, 2] }]]);
    expect((await withFiles(linear(), reported, { batchDimension: 'none' }))[0]).toEqual([{ name: 'x', dtype: 'float32', shape: [-1, 3] }]);
  });

  it('is seen by a run where the model does not say what its outputs are', async () => {
    expect(await withFiles(linear(-1, { signature: undefined }), reported)).toEqual([[{ name: 'x', dtype: 'float32', shape: [3] }], [{ name: 'y', dtype: 'float32', shape: [2] }]]);
    expect(await withFiles(lookUp, reported)).toEqual([[{ name: 'i', dtype: 'int32', shape: [-1] }], [{ name: 'y', dtype: 'float32', shape: [-1] }]]);
  });

  it('is not tried on a model that has none', async () => {
    const alone = graph({ nodes: [placeholder('x', [-1, 2]), { name: 'y', op: 'Squeeze', input: ['x'], attr: { squeeze_dims: { list: { i: ['0'] } } } }] });
    await expect(withFiles(alone, reported)).rejects.toMatchObject({ code: 'RUNTIME.LOAD_FAILED' });
    expect((await withFiles(alone, reported, { batchDimension: 'none' }))[0]).toEqual([{ name: 'x', dtype: 'float32', shape: [-1, 2] }]);
  });

  it('lets requests of different shapes run in one call', async () => {
    await withFiles(identity('DT_FLOAT', [-1, -1]), async (loaded) => {
      const items = [{ x: floats(1) }, { x: floats(2, 3) }, { x: floats(4) }, { x: floats() }];
      expect(await run(loaded, items)).toEqual(items.map(({ x }) => ({ y: x })));
    });
  });
});

it("keeps one request's failure from its neighbours in the batch", async () => {
  await withFiles(lookUp, async (loaded) => {
    const answers = await run(loaded, [{ i: ints(0, 1) }, { i: ints(9, 0) }, { i: ints(3, 3) }]);
    expect(answers).toEqual([{ y: floats(5, 6) }, expect.objectContaining({ code: 'RUNTIME.RUN_FAILED' }), { y: floats(8, 8) }]);
  }, { backend: 'cpu' });
});

describe('types', () => {
  it.each<[string, Tensor]>([
    ['DT_FLOAT', { dtype: 'float32', shape: [2], data: Float32Array.of(NaN, -0) }],
    ['DT_INT32', { dtype: 'int32', shape: [2], data: Int32Array.of(-(2 ** 31), 2 ** 31 - 1) }],
    ['DT_BOOL', { dtype: 'bool', shape: [2], data: Uint8Array.of(1, 0) }],
    ['DT_STRING', { dtype: 'string', shape: [2], data: ['Grüße', ''] }],
  ])('%s passes exactly, on every backend', async (type, x) => {
    for (const backend of ['wasm', 'cpu']) {
      await withFiles(identity(type), async (loaded) => expect(await run(loaded, [{ x }, { x }])).toEqual([{ y: x }, { y: x }]), { backend });
    }
  });

  it('that cannot be carried are refused when the model is loaded', async () => {
    await expect(withFiles(identity('DT_COMPLEX64'), async () => {})).rejects.toMatchObject({ code: 'RUNTIME.LOAD_FAILED', message: expect.stringContaining('DT_COMPLEX64') });
  });

  it('of quantized weights are undone', async () => {
    const files = graph({
      nodes: [placeholder('x', [-1, 2]), constant('W'), { name: 'y', op: 'AddV2', input: ['x', 'W'] }],
      weights: [{ name: 'W', shape: [2], quantization: { dtype: 'uint8', scale: 0.5, min: -1 } }],
      data: Uint8Array.of(0, 6),
    });
    await withFiles(files, async (loaded) => expect(await run(loaded, [{ x: floats(0, 0) }])).toEqual([{ y: floats(-1, 2) }]));
  });
});

describe('a graph', () => {
  const two = graph({
    nodes: [placeholder('x', [-1, 2]), { name: 'a', op: 'Neg', input: ['x'] }, { name: 'b', op: 'Square', input: ['x'] }],
    json: { signature: signatureOf({ inputs: { features: { shape: [-1, 2], node: 'x' } }, outputs: { less: { shape: [-1, 2], node: 'a' }, more: { shape: [-1, 2], node: 'b' } } }) },
  });

  it('goes by the names of its signature, and gives the outputs that the options name', async () => {
    const items = [{ features: floats(1, 2) }];
    await withFiles(two, async (loaded) => expect(await run(loaded, items)).toEqual([{ less: floats(-1, -2), more: floats(1, 4) }]));
    await withFiles(two, async (loaded) => expect(await run(loaded, items)).toEqual([{ more: floats(1, 4) }]), { outputs: ['more'] });
    await expect(withFiles(two, async () => {}, { outputs: ['most'] })).rejects.toMatchObject({ code: 'RUNTIME.OPTIONS_INVALID' });
  });

  it('may have outputs of a size that nobody knows before', async () => {
    await withFiles(where, async (loaded) => {
      const bools = (...data: number[]): Tensor => ({ dtype: 'bool', shape: [data.length], data: Uint8Array.from(data) });
      const positions = (...data: number[]): Item => ({ y: { dtype: 'int32', shape: [data.length, 1], data: Int32Array.from(data) } });
      expect(await run(loaded, [{ x: bools(0, 1, 1) }, { x: bools(1) }])).toEqual([positions(1, 2), positions(0)]);
    }, { batchDimension: 'none' });
  });

  it('does not hand out its weights or its input', async () => {
    const files = graph({ nodes: [constant('W'), { name: 'y', op: 'Identity', input: ['W'] }], weights: [{ name: 'W', shape: [1] }], data: bytesOf(Float32Array.of(3)) });
    const changed = async (loaded: LoadedModel, item: Item) => ((((await run(loaded, [item]))[0] as Item)['y'] as Tensor).data as Float32Array).fill(9);
    await withFiles(files, async (loaded) => {
      await changed(loaded, {});
      expect(await run(loaded, [{}])).toEqual([{ y: floats(3) }]);
    }, { backend: 'cpu' });
    await withFiles(identity(), async (loaded) => {
      const x = floats(1, 2);
      await changed(loaded, { x });
      expect(x).toEqual(floats(1, 2));
    }, { backend: 'cpu' });
  });
});

describe('the backend', () => {
  it('is WebAssembly, unless plain JavaScript is asked for', async () => {
    await withFiles(unary('Neg'), async (loaded) => expect([backendOf(loaded), loaded.device]).toEqual(['wasm', 'cpu']));
    await withFiles(unary('Neg'), async (loaded) => expect(backendOf(loaded)).toBe('cpu'), { backend: 'cpu' });
  });

  it('is plain JavaScript for a model with an operation that WebAssembly lacks', async () => {
    for (const signed of [true, false]) {
      await withFiles(einsum(signed), async (loaded) => {
        expect([backendOf(loaded), loaded.device]).toEqual(['cpu', 'cpu']);
        expect(await run(loaded, [{ x: floats(1, 2) }, { x: floats(3, 4) }])).toEqual([{ y: floats(10, 40) }, { y: floats(30, 80) }]);
      });
    }
    await expect(withFiles(einsum(true), async () => {}, { backend: 'wasm' })).rejects.toMatchObject({ code: 'RUNTIME.LOAD_FAILED', message: expect.stringContaining("'Einsum'") });
  });
});

describe('layers', () => {
  it('may have several inputs and outputs, named after them', async () => {
    const [a, b] = [layers.input({ shape: [2], name: 'a' }), layers.input({ shape: [2], name: 'b' })];
    const sum = layers.layers.add({ name: 'sum' }).apply([a, b]) as layers.SymbolicTensor;
    const product = layers.layers.multiply({ name: 'product' }).apply([a, b]) as layers.SymbolicTensor;
    const files = await saved(layers.model({ inputs: [a, b], outputs: [sum, product] }));
    await withFiles(files, async (loaded) => {
      expect(loaded.inputs.map(({ name }) => name)).toEqual(['a', 'b']);
      expect(await run(loaded, [{ a: floats(1, 2), b: floats(3, 4) }])).toEqual([{ sum: floats(4, 6), product: floats(3, 8) }]);
    });
  });

  it('do not load without all their weights', async () => {
    const files = await saved(layers.sequential({ layers: [layers.layers.dense({ units: 1, inputShape: [1] })] }));
    const json = JSON.parse(Buffer.from(files['model.json'] as Uint8Array).toString()) as { weightsManifest: unknown };
    json.weightsManifest = [];
    await expect(withFiles({ 'model.json': Buffer.from(JSON.stringify(json)) }, async () => {})).rejects.toMatchObject({ code: 'RUNTIME.LOAD_FAILED' });
  });
});

describe('tensors', () => {
  it.each<[string, Files, Item, Record<string, unknown>]>([
    ['a graph', linear(), { x: floats(1, 2, 3) }, {}],
    ['a graph in plain JavaScript', linear(), { x: floats(1, 2, 3) }, { backend: 'cpu' }],
    ['a graph that runs asynchronously', where, { x: { dtype: 'bool', shape: [2], data: Uint8Array.of(1, 1) } }, { batchDimension: 'none' }],
    ['a run that fails', lookUp, { i: ints(9) }, { backend: 'cpu' }],
  ])('are as many after runs, and after a close, as before: %s', async (_name, files, item, options) => {
    const tf = await loadCore();
    const before = tf.memory().numTensors;
    await withFiles(files, async (loaded) => {
      const loadedTensors = tf.memory().numTensors;
      for (let round = 0; round < 3; round++) await run(loaded, [item, item]);
      expect(tf.memory().numTensors).toBe(loadedTensors);
    }, options);
    expect(tf.memory().numTensors).toBe(before);
  });
});

it('says why a model does not load, without the place where it lies', async () => {
  const broken = graph({ nodes: [{ name: 'y', op: 'Identity', input: ['nowhere'] }] });
  await withPackage(tfjs, { files: broken }, async (context) => {
    const error = await tfjs.open(context).catch((thrown: Error) => thrown);
    expect(error).toMatchObject({ code: 'RUNTIME.LOAD_FAILED' });
    expect((error as Error).message).not.toContain(context.dir);
  });
});

it('does not load what its scan refuses', async () => {
  await expect(withFiles(unary('Print'), async () => {})).rejects.toMatchObject({ code: 'RUNTIME.ARTIFACT_REFUSED' });
});
