import { link, mkdir, symlink } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { withPackage } from '@steelyard/runtime-testkit';
import { tensor } from '@steelyard/test-support/onnx-writer';
import { config, encoder, files } from '../spec/packages.fixture.js';
import transformers from './index.js';
import { inspectPackage } from './inspect-package.js';

const inspect = (changed: Record<string, unknown> = {}, options: Record<string, unknown> = {}) => withPackage(transformers, { files: files(changed), options }, inspectPackage);
const refused = (reason: RegExp) => expect.objectContaining({ code: 'RUNTIME.ARTIFACT_REFUSED', message: expect.stringMatching(reason) });
const external = (location: string): Buffer => encoder([tensor({ name: 'W', element: 'float32', dims: [2], external: { location } })]);
const nested = (depth: number): unknown => JSON.parse(`${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`);

describe('an honest package', () => {
  it('is described', async () => {
    expect(await inspect()).toEqual({
      format: 'transformers',
      notes: ['model type bert', 'IR version 8, made by onnx-writer', 'operator sets: ai.onnx 13', '5 nodes: Cast 1, Gather 1, Mul 1, ReduceSum 1, Unsqueeze 1'],
    });
  });

  it('may keep its weights in a file beside the model', async () => {
    const { notes } = await inspect({ 'onnx/model.onnx': external('model.onnx_data'), 'onnx/model.onnx_data': Buffer.alloc(8) });
    expect(notes.at(-1)).toBe('external data: model.onnx_data');
  });

  it('has the file that its dtype means', async () => {
    const { 'onnx/model.onnx': content, ...rest } = files();
    const q8 = { files: { ...rest, 'onnx/model_quantized.onnx': content as Buffer } };
    expect(await withPackage(transformers, { ...q8, options: { dtype: 'q8' } }, inspectPackage)).toMatchObject({ format: 'transformers' });
    await expect(withPackage(transformers, q8, inspectPackage)).rejects.toEqual(refused(/onnx\/model\.onnx.*does not list it/));
    await expect(inspect({}, { dtype: 'q9' })).rejects.toMatchObject({ code: 'RUNTIME.OPTIONS_INVALID' });
  });
});

describe('refused', () => {
  it.each<[string, Record<string, unknown>, RegExp]>([
    ['a configuration without a model type', { 'config.json': {} }, /config\.json.*model_type/],
    ['a tokenizer without a model', { 'tokenizer.json': { version: '1.0' } }, /tokenizer\.json.*no "model"/],
    ['a list', { 'tokenizer_config.json': [] }, /not a JSON object/],
    ['what is no JSON', { 'config.json': Buffer.from('{"a":') }, /not JSON/],
    ['a configuration of megabytes', { 'config.json': { ...config, filler: 'x'.repeat(2 ** 20) } }, /larger than 1 MB/],
    ['deep nesting', { 'tokenizer.json': { model: nested(200) } }, /nested more than/],
    ['a second model file', { 'onnx/model_fp16.onnx': encoder() }, /model_fp16\.onnx.*does not read it/],
    ['a file that is not needed', { 'vocab.txt': Buffer.from('a') }, /vocab\.txt/],
    ['external data outside the package', { 'onnx/model.onnx': external('../../secret') }, /no plain path/],
    ['external data elsewhere on the machine', { 'onnx/model.onnx': external('/etc/passwd') }, /no plain path/],
    ['external data that is not listed', { 'onnx/model.onnx': external('model.onnx_data') }, /no artifact of the package/],
  ])('%s', async (_name, changed, reason) => {
    await expect(inspect(changed)).rejects.toEqual(refused(reason));
  });

  it('a model file that the manifest does not list', async () => {
    await withPackage(transformers, { files: files() }, async (context) => {
      await link(path.join(context.dir, 'onnx/model.onnx'), path.join(context.dir, 'onnx/encoder_model.onnx'));
      await expect(inspectPackage(context)).rejects.toEqual(refused(/encoder_model\.onnx.*without being part/));
    });
  });

  it('a link in place of a file', async () => {
    await withPackage(transformers, { files: files() }, async (context) => {
      const other = path.join(context.dir, 'other');
      await mkdir(path.join(other, 'onnx'), { recursive: true });
      for (const file of ['config.json', 'tokenizer.json', 'tokenizer_config.json', 'onnx/model.onnx']) await symlink(path.join(context.dir, file), path.join(other, file));
      await expect(inspectPackage({ ...context, dir: other })).rejects.toEqual(refused(/symbolic link/));
    });
  });
});
