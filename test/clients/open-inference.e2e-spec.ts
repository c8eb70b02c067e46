import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, it } from '@jest/globals';
import { createClient } from '@steelyard/client';
import { describePlatform, newName, type SharedPlatform } from '@steelyard/test-support';
import { OpenInferenceClient, type InferInput, type InferResult } from './open-inference-client.js';
import { referenceModel } from './packages.js';

const ENCODER_NANO = 200_000n;

describePlatform('clients of the Open Inference Protocol', (context) => {
  const acme = newName('acme');
  let platform: SharedPlatform;
  let key: string;
  let client: OpenInferenceClient;
  let tokens: InferInput[];

  beforeAll(async () => {
    platform = context.platform();
    const provider = await platform.openOrganization(acme);
    key = await platform.openOrganization(newName('caller'), '1.00');
    client = new OpenInferenceClient(platform.url, { authorization: `Bearer ${key}` });
    for (const model of ['digits', 'review-encoder', 'breast-cancer']) await platform.publish(provider, referenceModel(model), '--public');
    const { input } = JSON.parse(await readFile(join(referenceModel('review-encoder'), 'samples/praise.json'), 'utf8')) as { input: Record<string, { shape: number[]; data: number[] }> };
    tokens = Object.entries(input).map(([name, { shape, data }]) => ({ name, datatype: 'INT64', shape, data: BigInt64Array.from(data, BigInt) }));
  }, 180_000);

  const outputOf = ({ outputs }: InferResult, name: string) => outputs.find((output) => output.name === name)!;

  it('the server, its health and its models', async () => {
    expect(await client.get('/v2')).toEqual({ name: 'steelyard', version: expect.any(String), extensions: expect.arrayContaining(['binary_tensor_data']) });
    expect(await client.get('/v2/health/live')).toEqual({ live: true });
    expect(await client.get('/v2/health/ready')).toEqual({ ready: true });
    const index = (await client.repositoryIndex()) as { name: string }[];
    expect(index.filter(({ name }) => name.startsWith(`${acme}/`)).sort((a, b) => (a.name < b.name ? -1 : 1))).toEqual(
      ['breast-cancer', 'digits', 'review-encoder'].map((name) => ({ name: `${acme}/${name}`, version: '1.0.0', state: 'READY', reason: '' })),
    );
  });

  it('metadata, readiness and configuration, under each way to write a model’s name', async () => {
    const tensors = {
      inputs: ['input_ids', 'attention_mask'].map((name) => ({ name, datatype: 'INT64', shape: [-1] })),
      outputs: [{ name: 'logits', datatype: 'FP32', shape: [2] }, { name: 'sentence_embedding', datatype: 'FP32', shape: [256] }],
    };
    for (const name of [`${acme}/review-encoder`, `${acme}%2Freview-encoder`, `${acme}.review-encoder`, `${acme}/review-encoder/versions/1.0.0`]) {
      expect(await client.get(`/v2/models/${name}`)).toEqual({ name: `${acme}/review-encoder`, versions: ['1.0.0'], platform: 'steelyard_onnx', ...tensors });
      expect(await client.get(`/v2/models/${name}/ready`)).toMatchObject({ ready: true });
    }
    expect(await client.get(`/v2/models/${acme}/review-encoder/config`)).toMatchObject({
      max_batch_size: 0,
      input: [{ name: 'input_ids', data_type: 'TYPE_INT64', dims: [-1] }, { name: 'attention_mask' }],
      output: [{ name: 'logits', data_type: 'TYPE_FP32', dims: [2] }, { name: 'sentence_embedding' }],
    });
    const digits = (await client.get(`/v2/models/${acme}.digits`)) as { inputs: object[]; outputs: object[] };
    expect(digits.inputs).toEqual([{ name: 'image', datatype: 'BYTES', shape: [1] }]);
    expect(digits.outputs).toEqual([{ name: 'label', datatype: 'BYTES', shape: [1] }, { name: 'score', datatype: 'FP64', shape: [1] }, { name: 'scores', datatype: 'BYTES', shape: [1] }]);
  });

  it('infers alike from bytes and from JSON, as our own client does, and each call is charged', async () => {
    const before = BigInt((await platform.settledBalance(key)).availableNano);
    const binary = await client.infer(`${acme}/review-encoder`, tokens, { id: 'call-1' });
    expect(binary).toMatchObject({ model_name: `${acme}/review-encoder`, model_version: '1.0.0', id: 'call-1' });
    expect(binary.headers.get('steelyard-cost-nano')).toBe(String(ENCODER_NANO));
    const json = await client.infer(`${acme}/review-encoder`, tokens, { binary: false });
    expect(json.headers.get('content-type')).toMatch(/^application\/json/);
    const input = Object.fromEntries(tokens.map(({ name, shape, data }) => [name, { dtype: 'int64', shape, data }]));
    const own = await createClient({ baseUrl: platform.url, apiKey: key }).run(`${acme}/review-encoder`, input);
    for (const name of ['logits', 'sentence_embedding']) {
      const { data, shape, datatype } = outputOf(binary, name);
      expect({ datatype, shape }).toEqual({ datatype: 'FP32', shape: [name === 'logits' ? 2 : 256] });
      expect(Array.from(data)).toEqual(outputOf(json, name).data);
      expect(Array.from(data)).toEqual((own[name] as { data: number[] }).data);
    }
    expect((outputOf(binary, 'logits').data as Float32Array)[1]).toBeGreaterThan(4);
    expect(before - BigInt((await platform.settledBalance(key)).availableNano)).toBe(3n * ENCODER_NANO);
  });

  it('gives the outputs that are asked for, in the form that is asked for', async () => {
    const { outputs } = await client.infer(`${acme}/review-encoder`, tokens, { outputs: ['logits'] });
    expect(outputs.map(({ name }) => name)).toEqual(['logits']);
  });

  it('takes images as bytes and tables as numbers', async () => {
    const image = await readFile(join(referenceModel('digits'), 'samples/drawn-three.png'));
    const digit = await client.infer(`${acme}.digits`, [{ name: 'image', datatype: 'BYTES', shape: [1], data: [image] }]);
    expect(String(outputOf(digit, 'label').data[0])).toBe('3');
    expect(outputOf(digit, 'score').data[0]).toBeGreaterThan(0.95);
    expect(JSON.parse(String(outputOf(digit, 'scores').data[0]))).toHaveLength(10);
    const again = await client.infer(`${acme}.digits`, [{ name: 'image', datatype: 'BYTES', shape: [1], data: [image] }], { binary: false });
    expect(outputOf(again, 'label').data).toEqual(['3']);
    const { input } = JSON.parse(await readFile(join(referenceModel('breast-cancer'), 'samples/malignant.json'), 'utf8')) as { input: Record<string, number> };
    const columns = Object.entries(input).map(([name, value]) => ({ name, datatype: 'FP64', shape: [1], data: Float64Array.of(value) }));
    expect(String(outputOf(await client.infer(`${acme}/breast-cancer`, columns), 'label').data[0])).toBe('malignant');
  });

  it('counts what this organization called, and nobody else’s calls', async () => {
    const { model_stats } = (await client.get(`/v2/models/${acme}/review-encoder/stats`)) as { model_stats: any[] };
    expect(model_stats).toMatchObject([{ name: `${acme}/review-encoder`, version: '1.0.0', inference_count: 3, inference_stats: { success: { count: 3 }, fail: { count: 0 } } }]);
    expect(model_stats[0].inference_stats.compute_infer.ns).toBeGreaterThan(0);
    const other = new OpenInferenceClient(platform.url, { authorization: `Bearer ${await platform.openOrganization(newName('other'))}` });
    expect(((await other.get(`/v2/models/${acme}/review-encoder/stats`)) as { model_stats: any[] }).model_stats[0].inference_count).toBe(0);
  });
});
