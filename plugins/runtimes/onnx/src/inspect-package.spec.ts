import { link, mkdir, open, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { withPackage } from '@steelyard/runtime-testkit';
import type { RuntimeFixture } from '@steelyard/runtime-testkit';
import fc from 'fast-check';
import { linear, nested, withExternal } from '../spec/models.fixture.js';
import { attribute, bytesField, graph, model, node, numberField, tensor, varint } from '@steelyard/test-support/onnx-writer';
import onnx from './index.js';
import { inspectPackage } from './inspect-package.js';

const inspect = (files: RuntimeFixture['files'], options: RuntimeFixture['options'] = {}) => withPackage(onnx, { files, options }, inspectPackage);
const refused = (reason: RegExp) => expect.objectContaining({ code: 'RUNTIME.ARTIFACT_REFUSED', message: expect.stringMatching(reason) });
const external = tensor({ name: 'W', element: 'float32', dims: [2], external: { location: 'outside' } });

describe('an honest model', () => {
  it('is described', async () => {
    expect(await inspect({ 'model.onnx': linear() })).toEqual({
      format: 'onnx',
      notes: ['IR version 8, made by onnx-writer', 'operator sets: ai.onnx 13', '1 nodes: Gemm 1'],
    });
  });

  it('may have graphs within graphs, and operators of other domains', async () => {
    const custom = node({ op: 'FusedGemm', domain: 'com.microsoft' });
    expect((await inspect({ 'model.onnx': nested(5, custom) })).notes[2]).toBe('6 nodes: If 5, com.microsoft::FusedGemm 1');
  });

  it('may keep its weights in files of the package', async () => {
    const files = { 'models/model.onnx': withExternal({ location: 'weights/w.bin', offset: '0' }), 'models/weights/w.bin': Buffer.alloc(8) };
    expect((await inspect(files)).notes[3]).toBe('external data: weights/w.bin');
  });

  it('is the one that the options name', async () => {
    const files = { 'a.onnx': linear(), 'b.onnx': linear() };
    await expect(inspect(files)).rejects.toMatchObject({ code: 'RUNTIME.OPTIONS_INVALID' });
    await expect(inspect(files, { model: 'c.onnx' })).rejects.toMatchObject({ code: 'RUNTIME.OPTIONS_INVALID' });
    await expect(inspect(files, { model: 'a.onnx' })).rejects.toEqual(refused(/b\.onnx.*neither the model/));
  });
});

describe('what is no ONNX', () => {
  it.each<[string, Uint8Array, RegExp]>([
    ['nothing', Buffer.alloc(0), /empty/],
    ['a zip archive, as PyTorch writes', Buffer.from('PK\x03\x04rest'), /zip/],
    ['a pickle', Buffer.from('\x80\x04\x95rest', 'latin1'), /pickle/],
    ['HDF5, as Keras writes', Buffer.from('\x89HDF\r\n\x1a\n', 'latin1'), /HDF5/],
    ['GGUF', Buffer.from('GGUF\x03\0\0\0'), /GGUF/],
    ["ONNX Runtime's own format", Buffer.from('\x18\0\0\0ORTM....'), /ONNX Runtime's own/],
    ['TensorFlow Lite', Buffer.from('\x1c\0\0\0TFL3....'), /Lite/],
    ['a pointer of Git LFS', Buffer.from('version https://git-lfs.github.com/spec/v1\n'), /Git LFS/],
    ['text', Buffer.from('hello, world'), /not an ONNX model/],
    ['a message without a graph', numberField(1, 8), /no version or no graph/],
    ['a message without a version', bytesField(7, graph({})), /no version or no graph/],
    ['a field longer than the file', Buffer.concat([numberField(1, 8), varint(7 * 8 + 2), varint(1e12)]), /longer than its message/],
    ['a number without end', Buffer.concat([Buffer.from([8]), Buffer.alloc(11, 0xff)]), /does not end/],
    ['protobuf groups', Buffer.concat([linear(), varint(30 * 8 + 3), varint(30 * 8 + 4)]), /no valid type/],
    ['a name without end', model(graph({ nodes: [node({ op: 'x'.repeat(5000) })] })), /name is longer/],
    ['graphs nested without end', nested(200), /nested more than/],
  ])('is refused: %s', async (_name, content, reason) => {
    await expect(inspect({ 'model.onnx': content })).rejects.toEqual(refused(reason));
  });

  it('is told from a model cut anywhere', async () => {
    const whole = linear();
    for (let length = 1; length < whole.length; length += 3) await inspect({ 'model.onnx': whole.subarray(0, length) }).catch((error) => expect(error).toEqual(refused(/./)));
  });

  it('never gets further than a refusal, whatever the bytes', async () => {
    const whole = nested(3, node({ op: 'Constant', attributes: [attribute('value', { tensor: external })] }));
    const change = fc.tuple(fc.nat(whole.length - 1), fc.nat(255));
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 6 }), async (changes) => {
        const bytes = Buffer.from(whole);
        for (const [at, value] of changes) bytes[at] = value;
        await inspect({ 'model.onnx': bytes }).catch((error) => expect(error).toEqual(refused(/./)));
      }),
      { numRuns: 60 },
    );
  });
});

describe('data outside the model', () => {
  it.each(['../secret', '/etc/passwd', 'a/../../secret', '..', '.', '', './w.bin', 'a//b', 'C:\\w.bin', '*/_ORT_MEM_ADDR_/*', 'w.bin\0', 'w\nbin'])(
    'is refused at %j, listed or not',
    async (location) => {
      await expect(inspect({ 'model.onnx': withExternal({ location }) })).rejects.toEqual(refused(/external data|plain path/));
    },
  );

  it('is refused where the package does not list it', async () => {
    await expect(inspect({ 'model.onnx': withExternal({ location: 'w.bin' }) })).rejects.toEqual(refused(/"w\.bin", which is no artifact/));
  });

  it.each<[string, Buffer]>([
    ['an initializer', model(graph({ initializers: [external] }))],
    ['a constant', model(graph({ nodes: [node({ op: 'Constant', attributes: [attribute('value', { tensor: external })] })] }))],
    ['a graph within a graph', nested(4, node({ op: 'Constant', attributes: [attribute('value', { tensor: external })] }))],
    ['a list of tensors', model(graph({ nodes: [node({ op: 'C', attributes: [bytesField(10, external)] })] }))],
    ['a list of graphs', model(graph({ nodes: [node({ op: 'C', attributes: [bytesField(11, graph({ initializers: [external] }))] })] }))],
    ['the values of a sparse tensor', model(graph({ nodes: [node({ op: 'C', attributes: [bytesField(22, bytesField(1, external))] })] }))],
    ['the indices of a sparse initializer', model(bytesField(15, bytesField(2, external)))],
    ['a function', model(graph({}), [bytesField(25, bytesField(7, node({ op: 'C', attributes: [attribute('v', { tensor: external })] })))])],
    ["a function's attribute", model(graph({}), [bytesField(25, bytesField(11, attribute('v', { tensor: external })))])],
    ['a training graph', model(graph({}), [bytesField(20, bytesField(1, graph({ initializers: [external] })))])],
    ['a second graph, which readers merge with the first', Buffer.concat([model(graph({})), bytesField(7, graph({ initializers: [external] }))])],
    ['a tensor that says so without a place', model(graph({ initializers: [tensor({ name: 'W', element: 'float32', dims: [1], location: 1 })] }))],
    ['a tensor that has a place and says it has none', model(graph({ initializers: [tensor({ name: 'W', element: 'float32', dims: [1], external: { location: 'x' }, location: 0 })] }))],
  ])('is found in %s', async (_name, content) => {
    await expect(inspect({ 'model.onnx': content })).rejects.toEqual(refused(/external data/));
  });

  it('is refused behind a link', async () => {
    await withPackage(onnx, { files: { 'model.onnx': withExternal({ location: 'w.bin' }), 'w.bin': Buffer.alloc(8) } }, async (context) => {
      await mkdir(path.join(context.dir, 'p'));
      await link(path.join(context.dir, 'model.onnx'), path.join(context.dir, 'p', 'model.onnx'));
      await symlink(path.join(context.dir, 'w.bin'), path.join(context.dir, 'p', 'w.bin'));
      await expect(inspectPackage({ ...context, dir: path.join(context.dir, 'p') })).rejects.toEqual(refused(/symbolic link/));
    });
  });

  it('is refused for operators that read files', async () => {
    await expect(inspect({ 'model.onnx': model(graph({ nodes: [node({ op: 'EPContext', domain: 'com.microsoft' })] })) })).rejects.toEqual(refused(/reads files/));
  });
});

it('is quick on large files: weights are passed over, not read', async () => {
  const gigabyte = 2 ** 30;
  await withPackage(onnx, { files: { 'model.onnx': Buffer.alloc(0) } }, async (context) => {
    // The file is sparse: a model with one weight of a gigabyte, of which nothing is written.
    const file = path.join(context.dir, 'model.onnx');
    const header = (field: number, length: number) => Buffer.concat([varint(field * 8 + 2), varint(length)]);
    const raw = header(9, gigabyte);
    const weight = header(5, raw.length + gigabyte);
    const body = header(7, weight.length + raw.length + gigabyte);
    const start = Buffer.concat([numberField(1, 8), body, weight, raw]);
    await writeFile(file, start);
    const handle = await open(file, 'r+');
    await handle.truncate(start.length + gigabyte);
    const startedAtMs = performance.now();
    await inspectPackage(context);
    expect(performance.now() - startedAtMs).toBeLessThan(500);
    await handle.close();
  });
});
