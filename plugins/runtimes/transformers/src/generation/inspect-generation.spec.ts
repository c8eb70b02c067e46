import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { withPackage } from '@steelyard/runtime-testkit';
import { chainConfig, chainFiles } from '../../spec/chain-decoder.fixture.js';
import transformers from '../index.js';
import { inspectPackage } from '../inspect-package.js';

const chain = (changed: Record<string, unknown> = {}) => ({ files: chainFiles(changed), task: 'text-generation' as const, batchSizeMax: 1 });
const inspect = (changed?: Record<string, unknown>) => withPackage(transformers, chain(changed), inspectPackage);
const refused = (reason: RegExp) => expect.objectContaining({ code: 'RUNTIME.ARTIFACT_REFUSED', message: expect.stringMatching(reason) });

it('describes an honest package', async () => {
  const { notes } = await inspect();
  expect(notes.slice(0, 3)).toEqual(['model type llama', 'takes messages: it has a chat template', 'IR version 8, made by onnx-writer']);
  const { eos_token_id: _, ...config } = chainConfig;
  const bare = await inspect({ 'config.json': config, 'generation_config.json': undefined, 'tokenizer_config.json': {} });
  expect(bare.notes.slice(1, 3)).toEqual(['takes prompts only: it has no chat template', 'its configuration names no token that ends an answer']);
});

describe('refused', () => {
  const config = (changed: Record<string, unknown>) => ({ 'config.json': { ...chainConfig, ...changed } });
  const generation = (changed: Record<string, unknown>) => ({ 'generation_config.json': changed });
  it.each<[string, Record<string, unknown>, RegExp]>([
    ['an end that is no token of the model', generation({ eos_token_id: chainConfig.vocab_size }), /generation_config\.json.*eos_token_id/],
    ['an end below nought', generation({ eos_token_id: [1, -1] }), /eos_token_id/],
    ['an end that is a path', config({ eos_token_id: '/etc/passwd' }), /config\.json.*eos_token_id/],
    ['half an end, in the file that is overruled', config({ eos_token_id: 1.5 }), /config\.json.*eos_token_id/],
    ['ends without end', generation({ eos_token_id: Array(65).fill(1) }), /eos_token_id/],
    ['a length beyond all models', generation({ max_length: 1e12 }), /max_length/],
    ['a length that is none', generation({ max_new_tokens: -1 }), /max_new_tokens/],
    ['positions beyond all models', config({ max_position_embeddings: 2 ** 40 }), /max_position_embeddings/],
    ['layers beyond all models', config({ num_hidden_layers: 1e15 }), /num_hidden_layers/],
    ['layers beyond all models in a part', config({ text_config: { num_hidden_layers: 1e15 } }), /num_hidden_layers/],
    ['a vocabulary beyond all models', config({ vocab_size: 1e15 }), /vocab_size/],
    ['code from elsewhere', config({ trust_remote_code: true }), /config\.json.*trust/],
    ['code from elsewhere for its tokenizer', { 'tokenizer_config.json': { trust_remote_code: true } }, /tokenizer_config\.json.*trust/],
    ['generation settings that are a list', { 'generation_config.json': [] }, /not a JSON object/],
    ['generation settings of megabytes', generation({ filler: 'x'.repeat(2 ** 20) }), /larger than 1 MB/],
  ])('%s', async (_name, changed, reason) => {
    await expect(inspect(changed)).rejects.toEqual(refused(reason));
  });

  it('more than one request at a time', async () => {
    await expect(withPackage(transformers, { ...chain(), batchSizeMax: 2 }, inspectPackage)).rejects.toEqual(refused(/model\.yaml.*batching\.maxSize/));
  });

  it('generation settings that the manifest does not list', async () => {
    await withPackage(transformers, chain({ 'generation_config.json': undefined }), async (context) => {
      await writeFile(path.join(context.dir, 'generation_config.json'), '{}');
      await expect(inspectPackage(context)).rejects.toEqual(refused(/generation_config\.json.*without being part/));
    });
  });

  it('generation settings of a model that writes no text', async () => {
    await expect(withPackage(transformers, { files: chainFiles(), task: 'text-classification' }, inspectPackage)).rejects.toEqual(refused(/generation_config\.json.*does not read it/));
  });
});
