import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { compileSchema, type PackageFolder, readPackageFolder, resolveSampleInput } from '@steelyard/model-package';
import { bytesField, graph, model, node, numberField, tensor, valueInfo } from '@steelyard/test-support/onnx-writer';
import { writePackage } from './package-files.js';
import { packageOfOnnxFile } from './package-of-onnx-file.js';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'steelyard-onnx-'));
});
afterEach(() => rm(dir, { recursive: true }));

/** The package made around a file with this content, read back as publishing reads it. */
async function packaged(content: Uint8Array, besides: Readonly<Record<string, Uint8Array>> = {}, license?: string): Promise<PackageFolder> {
  const file = join(dir, 'source', 'Some Model.onnx');
  await mkdir(join(dir, 'source'), { recursive: true });
  await writeFile(file, content);
  for (const [path, bytes] of Object.entries(besides)) {
    await mkdir(join(dir, 'source', path, '..'), { recursive: true });
    await writeFile(join(dir, 'source', path), bytes);
  }
  await writePackage(join(dir, 'made'), await packageOfOnnxFile({ file, name: 'mine', price: '0.001', license }));
  return readPackageFolder(join(dir, 'made'));
}

type Value = readonly [name: string, element: Parameters<typeof valueInfo>[1], shape: readonly (number | string)[]];

function modelOf(inputs: readonly Value[], outputs: readonly Value[], initializers: readonly Buffer[] = []): Buffer {
  const values = (list: readonly Value[]) => list.map(([name, element, shape]) => valueInfo(name, element, shape));
  return model(graph({ nodes: [node({ op: 'Identity', inputs: ['x'], outputs: ['y'] })], initializers, inputs: values(inputs), outputs: values(outputs) }));
}

const rules = (schema: PackageFolder['manifest']['input']): Record<string, unknown> =>
  Object.fromEntries(Object.entries(schema['properties'] as Record<string, Record<string, unknown>>).map(([name, property]) => [name, property['x-tensor']]));

describe('a package around an ONNX file', () => {
  it.each<[what: string, input: Value, output: Value, inside: { dtype: string; shape: number[] }, outside: number[], options: object]>([
    ['a named batch', ['x', 'float32', ['N', 3]], ['y', 'float32', ['N', 2]], { dtype: 'float32', shape: [3] }, [2], {}],
    ['a batch that is always one', ['x', 'float32', [1, 3, 8, 8]], ['y', 'float32', [1, 5]], { dtype: 'float32', shape: [3, 8, 8] }, [5], {}],
    ['one number', ['x', 'float32', [1]], ['y', 'float32', [1]], { dtype: 'float32', shape: [] }, [], {}],
    ['free dimensions', ['x', 'float32', ['batch', 'length', 4]], ['y', 'float32', ['batch', 'length']], { dtype: 'float32', shape: [-1, 4] }, [-1], {}],
    ['dimensions that are not the same', ['x', 'float32', ['rows', 4]], ['y', 'float32', ['columns']], { dtype: 'float32', shape: [-1, 4] }, [-1], { batchDimension: 'none' }],
    ['no batch', ['x', 'float64', [3]], ['y', 'float64', [3]], { dtype: 'float64', shape: [3] }, [3], { batchDimension: 'none' }],
    ['whole numbers', ['x', 'int64', ['N', 'tokens']], ['y', 'int64', ['N', 'tokens']], { dtype: 'int64', shape: [-1] }, [-1], {}],
    ['texts', ['x', 'string', ['N', 1]], ['y', 'string', ['N', 1]], { dtype: 'string', shape: [1] }, [1], {}],
    ['half precision', ['x', 'float16', ['N', 300]], ['y', 'float16', ['N', 300]], { dtype: 'float32', shape: [300] }, [300], {}],
  ])('%s', async (_what, input, output, inside, outside, options) => {
    const made = await packaged(modelOf([input], [output]));
    expect(rules(made.manifest.input)).toEqual({ x: inside });
    expect(rules(made.manifest.output)).toEqual({ y: { dtype: inside.dtype, shape: outside } });
    expect(made.manifest).toMatchObject({ name: 'mine', task: 'custom', license: 'LicenseRef-not-stated', runtime: { name: 'onnx', options } });
    expect(made.price).toEqual({ currency: 'usd', components: [{ unit: 'request', amountNano: 1_000_000n, per: 1n }], free: undefined });
    const [sample] = made.samples;
    const given = await resolveSampleInput(sample!, (path) => readFile(join(made.dir, path)));
    expect(compileSchema(made.manifest.input)(given)).toEqual([]);
  });

  it('several inputs and outputs, with names that need care', async () => {
    const odd = 'a "b": {c}:0';
    const made = await packaged(modelOf([['x', 'float32', ['N', 2]], [odd, 'uint8', ['N', 1]]], [['y', 'float32', ['N', 2]], ['#', 'bool', ['N', 1]]]));
    expect(rules(made.manifest.input)).toEqual({ x: { dtype: 'float32', shape: [2] }, [odd]: { dtype: 'uint8', shape: [1] } });
    expect(Object.keys(rules(made.manifest.output))).toEqual(['y', '#']);
    expect(made.samples[0]!.input[odd]).toEqual({ dtype: 'uint8', shape: [1], data: [1] });
  });

  it('an output whose shape the file does not declare', async () => {
    const bare = bytesField(12, Buffer.concat([bytesField(1, 'y'), bytesField(2, bytesField(1, numberField(1, 1)))]));
    const made = await packaged(model(Buffer.concat([graph({ nodes: [node({ op: 'Identity', inputs: ['x'], outputs: ['y'] })], inputs: [valueInfo('x', 'float32', ['N', 2])] }), bare])));
    expect(made.manifest.runtime.options).toEqual({ batchDimension: 'none' });
    expect(rules(made.manifest.input)).toEqual({ x: { dtype: 'float32', shape: [-1, 2] } });
    expect(compileSchema(made.manifest.output)({ y: { dtype: 'float32', shape: [1], data: [1] } })).toEqual([]);
  });

  it('the card says what is known, and what nobody has said', async () => {
    const weights = tensor({ name: 'W', element: 'float32', dims: [30, 41], data: new Float32Array(1230) });
    const { card } = await packaged(modelOf([['x', 'float32', ['N', 2]], ['W', 'float32', [30, 41]]], [['y', 'float32', ['N', 2]]], [weights]), {}, 'MIT');
    for (const fact of ['made by: `onnx-writer`', 'IR version 8', '`ai.onnx 13`', '1,230', '`float32 [N, 2]`', '`Identity` 1', 'as its provider states it: MIT', 'What is not stated']) expect(card).toContain(fact);
    expect(card).not.toMatch(/TODO|\| `W`/);
  });

  it('takes along the weights that lie beside the file', async () => {
    const external = tensor({ name: 'W', element: 'float32', dims: [2], external: { location: 'weights/w.bin' } });
    const content = modelOf([['x', 'float32', ['N', 2]]], [['y', 'float32', ['N', 2]]], [external]);
    await expect(packaged(content)).rejects.toMatchObject({ code: 'CLI.MODEL_UNFIT', message: expect.stringContaining('weights/w.bin') });
    const made = await packaged(content, { 'weights/w.bin': Buffer.alloc(8) });
    expect(made.manifest.artifacts).toEqual([{ path: 'model.onnx' }, { path: 'weights/w.bin' }]);
  });

  const sequence = bytesField(12, Buffer.concat([bytesField(1, 'probabilities'), bytesField(2, bytesField(4, Buffer.alloc(0)))]));
  it.each<[what: string, content: Uint8Array, says: RegExp]>([
    ['what is no ONNX', Buffer.from('PK\x03\x04rest'), /Some Model\.onnx cannot be offered.*zip archive/],
    ['text', Buffer.from('hello, world'), /not an ONNX model/],
    ['bfloat16', modelOf([['x', 'bfloat16', ['N', 2]]], [['y', 'float32', ['N', 2]]]), /input "x" has the element type bfloat16/],
    ['a sequence', model(Buffer.concat([graph({ inputs: [valueInfo('x', 'float32', ['N', 2])] }), sequence])), /output "probabilities" is a sequence.*zipmap=False/],
    ['an input beyond what a sample may hold', modelOf([['x', 'float32', [1, 3, 4000, 4000]]], [['y', 'float32', [1, 2]]]), /more than 16 MiB/],
    ['weights that are elsewhere', modelOf([['x', 'float32', ['N', 2]]], [['y', 'float32', ['N', 2]]], [tensor({ name: 'W', element: 'float32', dims: [2], external: { location: '../w.bin' } })]), /no plain path/],
  ])('refuses %s in words', async (_what, content, says) => {
    await expect(packaged(content)).rejects.toMatchObject({ code: 'CLI.MODEL_UNFIT', message: expect.stringMatching(says) });
  });
});
