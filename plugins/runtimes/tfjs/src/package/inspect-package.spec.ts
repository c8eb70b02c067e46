import { symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { withPackage } from '@steelyard/runtime-testkit';
import fc from 'fast-check';
import { bytesOf, constant, graph, linear, placeholder, unary } from '../../spec/models.js';
import type { Files, WeightFields } from '../../spec/models.js';
import tfjs from '../index.js';
import { LAYER_CLASSES } from './layer-classes.js';
import { GRAPH_OPERATORS } from './operators.js';
import { inspectPackage } from './inspect-package.js';

const inspect = (files: Files, options: Record<string, unknown> = {}) => withPackage(tfjs, { files, options }, inspectPackage);
const refused = (reason: RegExp) => expect.objectContaining({ code: 'RUNTIME.ARTIFACT_REFUSED', message: expect.stringMatching(reason) });
const withJson = (json: Record<string, unknown>): Files => linear(-1, json);
const withText = (text: string): Files => ({ 'model.json': Buffer.from(text) });
const withWeight = (weight: Partial<WeightFields> & Record<string, unknown>, bytes: number): Files =>
  graph({ nodes: [placeholder('x', [1]), constant('W')], weights: [{ name: 'W', shape: [2], ...weight }], data: Buffer.alloc(bytes) });
const layers = (config: unknown): Files => withJson({ format: 'layers-model', modelTopology: { class_name: 'Sequential', config } });

describe('an honest model', () => {
  it('is described', async () => {
    expect(await inspect(linear())).toEqual({
      format: 'graph-model',
      notes: ['made by "spec"', '2 weights of 32 bytes in 1 files', 'operators: Const 2, BiasAdd 1, MatMul 1, Placeholder 1'],
    });
  });

  it('may lie in a folder, with its weights in several files', async () => {
    const { 'model.json': json, 'weights.bin': data } = linear(-1, {
      weightsManifest: [{ paths: ['w/1.bin', 'w/2.bin'], weights: [{ name: 'W', shape: [3, 2], dtype: 'float32' }, { name: 'b', shape: [2], dtype: 'float32' }] }],
    }) as Record<'model.json' | 'weights.bin', Uint8Array>;
    const { notes } = await inspect({ 'm/model.json': json, 'm/w/1.bin': data.subarray(0, 9), 'm/w/2.bin': data.subarray(9) });
    expect(notes[1]).toBe('2 weights of 32 bytes in 2 files');
  });

  it.each<[string, Files]>([
    ['float16', withWeight({ quantization: { dtype: 'float16', original_dtype: 'float32' } }, 4)],
    ['uint8', withWeight({ quantization: { dtype: 'uint8', scale: 0.1, min: -3 } }, 2)],
    ['uint16 for int32', withWeight({ dtype: 'int32', quantization: { dtype: 'uint16', scale: 1, min: 0 } }, 4)],
    ['bool', withWeight({ dtype: 'bool' }, 2)],
    ['nothing: no element', withWeight({ shape: [0, 5] }, 0)],
  ])('may have weights of %s', async (_name, files) => {
    expect((await inspect(files)).format).toBe('graph-model');
  });

  it('may be a graph of an old converter, which wrote no format', async () => {
    expect((await inspect(withJson({ format: undefined }))).format).toBe('graph-model');
  });

  it('is the one that the options name', async () => {
    const files = { ...linear(), 'b.json': Buffer.from('{}') };
    await expect(inspect(files)).rejects.toMatchObject({ code: 'RUNTIME.OPTIONS_INVALID' });
    await expect(inspect(files, { model: 'c.json' })).rejects.toMatchObject({ code: 'RUNTIME.OPTIONS_INVALID' });
    await expect(inspect(files, { model: 'model.json' })).rejects.toEqual(refused(/b\.json.*neither the model/));
  });
});

describe('what is no model', () => {
  it.each<[string, Files, RegExp]>([
    ['text', withText('hello'), /no JSON/],
    ['a list', withText('[]'), /no JSON object/],
    ['an unknown format', withJson({ format: 'saved-model' }), /format is "saved-model"; known are/],
    ['no format, and no graph either', withJson({ format: undefined, modelTopology: { class_name: 'Sequential' } }), /format is nothing/],
    ['no topology', withJson({ modelTopology: undefined }), /no modelTopology/],
    ['no weights', withJson({ weightsManifest: undefined }), /no weightsManifest/],
    ['a list of weights that is none', withJson({ weightsManifest: [{ paths: 'weights.bin' }] }), /list of paths and weights/],
    ['a graph without nodes', withJson({ modelTopology: {} }), /no nodes/],
    ['a node without an operator', withJson({ modelTopology: { node: [{ name: 'x' }] } }), /no operator/],
    ['layers without a class', withJson({ format: 'layers-model', modelTopology: {} }), /no layers model/],
    ['a graph that says it is layers', linear(-1, { format: 'layers-model' }), /no layers model/],
    ['an initializer', withJson({ modelInitializer: { node: [] } }), /hash tables/],
    ['JSON nested without end', withText(`${'['.repeat(1e6)}`), /nested more than 200/],
    ['JSON nested in braces', withText('{"a":'.repeat(201)), /nested more than 200/],
    ['JSON without end', withText(`{"a": "${'x'.repeat(17 * 2 ** 20)}"}`), /at most 16777216/],
  ])('is refused: %s', async (_name, files, reason) => {
    await expect(inspect(files)).rejects.toEqual(refused(reason));
  });

  it('does not count brackets in texts', async () => {
    expect((await inspect(withJson({ generatedBy: `\\"${'[{'.repeat(500)}` }))).format).toBe('graph-model');
  });

  it('never gets further than a refusal, whatever the bytes', async () => {
    const whole = Buffer.from(linear()['model.json'] as Uint8Array);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 }), async (changes) => {
        const bytes = Buffer.from(whole);
        for (const [at, value] of changes) bytes[at] = value;
        await inspect({ ...linear(), 'model.json': bytes }).catch((error) => expect(error).toEqual(refused(/./)));
      }),
      { numRuns: 60 },
    );
  });
});

describe('operators and classes', () => {
  it.each(['MyOp', 'Print', 'HashTableV2', 'SimpleMLLoadModelFromPathWithHandle', 'constructor'])('of a graph are refused: %s', async (op) => {
    await expect(inspect(unary(op))).rejects.toEqual(refused(/is not supported/));
    const inFunction = withJson({ modelTopology: { node: [], library: { function: [{ nodeDef: [{ name: 'f', op }] }] } } });
    await expect(inspect(inFunction)).rejects.toEqual(refused(/is not supported/));
  });

  it.each<[string, unknown, RegExp]>([
    ['code', { layers: [{ class_name: 'Lambda', config: { function: ['4wEAAA=='] } }] }, /Lambda/],
    ['an unknown layer', { layers: [{ class_name: 'Mine', config: {} }] }, /"Mine" is not supported/],
    ['an unknown layer within', { layers: [{ class_name: 'TimeDistributed', config: { layer: { class_name: 'Mine', config: {} } } }] }, /"Mine"/],
    ['a layer that remembers', { layers: [{ class_name: 'LSTM', config: { stateful: true } }] }, /stateful/],
  ])('of layers are refused: %s', async (_name, config, reason) => {
    await expect(inspect(layers(config))).rejects.toEqual(refused(reason));
  });

  it('are those that TensorFlow.js has', async () => {
    const folder = path.join(path.dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-converter')), 'operations/op_list');
    const sources = readdirSync(folder).filter((file) => file.endsWith('.js')).map((file) => readFileSync(path.join(folder, file), 'utf8'));
    const known = sources.flatMap((source) => [...source.matchAll(/'tfOpName': '(\w+)'/g)].map(([, name]) => name as string));
    const left = new Set(known.filter((name) => !GRAPH_OPERATORS.has(name)));
    expect([...left].filter((name) => !/Table|^SimpleML/.test(name))).toEqual(['Print']);
    expect([...GRAPH_OPERATORS].filter((name) => !known.includes(name))).toEqual([]);
    const { serialization } = await import('@tensorflow/tfjs-core');
    await import('@tensorflow/tfjs-layers');
    const classes = Object.keys(serialization.SerializationMap.getMap().classNameMap);
    expect(classes.filter((name) => !LAYER_CLASSES.has(name)).sort()).toEqual(['Adadelta', 'Adagrad', 'Adam', 'Adamax', 'Momentum', 'RMSProp', 'SGD']);
    expect([...LAYER_CLASSES].filter((name) => !classes.includes(name))).toEqual([]);
  });
});

describe('weights', () => {
  it.each(['../secret', '/etc/passwd', 'a/../../secret', '..', '.', '', './weights.bin', 'a//b', 'C:\\w.bin', 'file:///etc/passwd', 'https://example.org/w.bin', '%2e%2e/w', 'w\0', 7, null])(
    'are refused at %j, listed or not',
    async (location) => {
      await expect(inspect(withJson({ weightsManifest: [{ paths: [location], weights: [] }] }))).rejects.toEqual(refused(/plain path/));
    },
  );

  it('are refused where the package does not list them, and where one file is read twice', async () => {
    await expect(inspect(withJson({ weightsManifest: [{ paths: ['other.bin'], weights: [] }] }))).rejects.toEqual(refused(/no artifact/));
    await expect(inspect(withJson({ weightsManifest: [{ paths: ['weights.bin', 'weights.bin'], weights: [] }] }))).rejects.toEqual(refused(/twice/));
  });

  it('are refused behind a link', async () => {
    const { 'weights.bin': data = Buffer.alloc(0), ...json } = linear();
    await withPackage(tfjs, { files: { ...json, 'weights.bin': data } }, async (context) => {
      const outside = path.join(context.dir, 'outside');
      await writeFile(outside, data);
      await withPackage(tfjs, { files: json }, async (linked) => {
        await symlink(outside, path.join(linked.dir, 'weights.bin'));
        await expect(inspectPackage({ ...context, dir: linked.dir })).rejects.toEqual(refused(/symbolic link/));
      });
    });
  });

  it.each<[string, Files, RegExp]>([
    ['fewer bytes', withWeight({}, 7), /should have 8 bytes by their shapes, and the files have 7/],
    ['more bytes', withWeight({}, 9), /should have 8 bytes/],
    ['sizes that overflow', withWeight({ shape: [2 ** 31 - 1, 2 ** 31 - 1, 2 ** 31 - 1] }, 8), /larger than any file/],
    ['sizes whose product wraps to what is there', withWeight({ shape: [2 ** 16, 2 ** 16, 2 ** 30, 2] }, 8), /larger than any file/],
    ['a huge size', withWeight({ shape: [2 ** 40] }, 8), /no valid shape/],
    ['a negative size', withWeight({ shape: [-1, -2] }, 8), /no valid shape/],
    ['half a size', withWeight({ shape: [0.5, 4] }, 8), /no valid shape/],
    ['no shape', withWeight({ shape: undefined }, 8), /no valid shape/],
    ['too many dimensions', withWeight({ shape: [1, 1, 1, 1, 1, 1, 2] }, 8), /no valid shape/],
    ['texts', withWeight({ dtype: 'string' }, 8), /type "string"/],
    ['complex numbers', withWeight({ dtype: 'complex64' }, 16), /type "complex64"/],
    ['an unknown type', withWeight({ dtype: 'toString' }, 8), /type "toString"/],
    ['an unknown quantization', withWeight({ quantization: { dtype: 'int4' } }, 1), /quantized as "int4"/],
    ['a quantization that is none', withWeight({ quantization: 'uint8' as never }, 2), /quantized as nothing/],
    ['no scale', withWeight({ quantization: { dtype: 'uint8', min: 0 } }, 2), /without a scale/],
    ['a scale that is no number', withWeight({ quantization: { dtype: 'uint8', min: 0, scale: '1' } }, 2), /without a scale/],
    ['float16 for int32', withWeight({ dtype: 'int32', quantization: { dtype: 'float16' } }, 4), /can only stand for float32/],
    ['quantized truth', withWeight({ dtype: 'bool', quantization: { dtype: 'uint8', scale: 1, min: 0 } }, 2), /bool cannot be/],
    ['no name', withWeight({ name: 3 as never }, 8), /no name/],
    ['one name twice', graph({ nodes: [], weights: [{ name: 'W', shape: [1] }, { name: 'W', shape: [1] }], data: bytesOf(Float32Array.of(1, 2)) }), /two weights "W"/],
  ])('are refused with %s', async (_name, files, reason) => {
    await expect(inspect(files)).rejects.toEqual(refused(reason));
  });
});
