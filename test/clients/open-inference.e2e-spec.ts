import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createClient } from '@steelyard/client';
import { describePlatform, newName, type SharedPlatform } from '@steelyard/test-support';
import { commonRows, refusesEach, type BadRequest } from './bad-requests.js';
import { OpenInferenceClient, type InferInput, type InferResult } from './open-inference-client.js';
import { referenceModel } from './packages.js';
import { publishFolder } from './publish-folder.js';

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
    for (const model of ['digits', 'review-encoder', 'breast-cancer']) await publishFolder(platform, provider, referenceModel(model));
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

  describe('what is wrong, said in the shape of the protocol, for nothing', () => {
    let before: string;
    beforeAll(async () => {
      before = (await platform.settledBalance(key)).availableNano;
    });
    afterAll(async () => expect((await platform.settledBalance(key)).availableNano).toBe(before));

    const ids = { name: 'input_ids', datatype: 'INT64', shape: [2], data: [2, 3] };
    const mask = { name: 'attention_mask', datatype: 'INT64', shape: [2], data: [1, 1] };
    const door = {
      good: () => ({
        url: `${platform.url}/v2/models/`,
        path: `${acme}/review-encoder/infer`,
        headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
        body: JSON.stringify({ inputs: [ids, mask] }),
      }),
      messageOf: (body: any): string => {
        expect(body).toEqual({ error: expect.any(String) });
        return body.error;
      },
    };
    const with_ = (change: object) => (): BadRequest => ({ body: JSON.stringify({ inputs: [{ ...ids, ...change }, mask] }) });
    /** JSON and the bytes behind it, with a length of the JSON that may be a lie. */
    const binary = (json: object, bytes: number, length?: string) => (): BadRequest => {
      const text = Buffer.from(JSON.stringify(json));
      return { headers: { 'content-type': 'application/octet-stream', 'inference-header-content-length': length ?? String(text.length) }, body: Buffer.concat([text, Buffer.alloc(bytes)]) };
    };
    const raw = (bytes: unknown) => ({ inputs: [{ ...ids, data: undefined, parameters: { binary_data_size: bytes } }, mask] });
    const invalid = (message: RegExp) => ({ status: 400, code: 'OPEN_INFERENCE.REQUEST_INVALID', message });

    refusesEach(door, [
      ...commonRows('{"inputs": ['),
      ['an unknown path', () => ({ path: `${acme}/review-encoder/explain` }), { status: 404, code: 'HTTP.NOT_FOUND' }],
      ['an unknown model', () => ({ path: `${acme}/nothing/infer` }), { status: 404, code: 'CATALOG.MODEL_NOT_FOUND' }],
      ['an unknown version', () => ({ path: `${acme}/review-encoder/versions/9.9.9/infer` }), { status: 404, code: 'CATALOG.VERSION_NOT_FOUND' }],
      ['a body that is a list', () => ({ body: '[]' }), invalid(/must be an object/)],
      ['no inputs', () => ({ body: '{}' }), invalid(/inputs must be a list/)],
      ['an input that the model lacks', with_({ name: 'ids' }), { status: 400, code: 'OPEN_INFERENCE.TENSOR_UNKNOWN', message: /input_ids, attention_mask/ }],
      ['an input left out', () => ({ body: JSON.stringify({ inputs: [ids] }) }), { status: 400, code: 'INFERENCE.INPUT_INVALID', message: /attention_mask/ }],
      ['an input twice', () => ({ body: JSON.stringify({ inputs: [ids, ids] }) }), invalid(/second time/)],
      ['a datatype that is none', with_({ datatype: 'FP8' }), invalid(/no datatype/)],
      ['another datatype than the model takes', with_({ datatype: 'FP32' }), { status: 400, code: 'INFERENCE.INPUT_INVALID', message: /int64, not "float32"/ }],
      ['texts for numbers', with_({ datatype: 'BYTES', data: ['2', '3'] }), invalid(/takes INT64/)],
      ['a shape that is none', with_({ shape: [-1] }), invalid(/shape must be/)],
      ['a shape beyond all numbers', with_({ shape: [2 ** 40, 2 ** 40] }), invalid(/too many elements/)],
      ['fewer elements than the shape says', with_({ data: [2] }), invalid(/cannot be read as INT64/)],
      ['elements that are no numbers', with_({ data: [2, 'x'] }), invalid(/element 1/)],
      ['elements out of range', with_({ data: [2, 2 ** 60] }), invalid(/element 1/)],
      ['elements nested otherwise than the shape', with_({ data: [[2], [3]] }), invalid(/not nested/)],
      ['no elements', with_({ data: undefined }), invalid(/neither data nor/)],
      ['an output that the model lacks', () => ({ body: JSON.stringify({ inputs: [ids, mask], outputs: [{ name: 'label' }] }) }), { status: 400, code: 'OPEN_INFERENCE.TENSOR_UNKNOWN' }],
      ['the classification extension', () => ({ body: JSON.stringify({ inputs: [ids, mask], outputs: [{ name: 'logits', parameters: { classification: 3 } }] }) }), { status: 400, code: 'OPEN_INFERENCE.NOT_SUPPORTED' }],
      ['a length of the JSON beyond the body', binary(raw(16), 16, '999999'), { status: 400, code: 'HTTP.HEADER_INVALID' }],
      ['a length of the JSON that is no number', binary(raw(16), 16, '-1'), { status: 400, code: 'HTTP.HEADER_INVALID' }],
      ['a length of the JSON within it', binary(raw(16), 16, '10'), { status: 400, code: 'HTTP.BODY_MALFORMED' }],
      ['fewer bytes than are announced', binary(raw(16), 8), invalid(/only 8 are left/)],
      ['more bytes than are announced', binary(raw(16), 24), invalid(/8 bytes that belong to no input/)],
      ['another number of bytes than the shape asks for', binary(raw(24), 24), invalid(/24 bytes, and 2 elements of INT64 are 16/)],
      ['a number of bytes that is none', binary(raw('16'), 16), invalid(/whole number of bytes/)],
    ]);

    const image = (data: unknown, more: object = {}) => JSON.stringify({ inputs: [{ name: 'image', datatype: 'BYTES', shape: [1], data, ...more }] });
    refusesEach({ ...door, good: () => ({ ...door.good(), path: `${acme}.digits/infer` }) }, [
      ['base64 that is none', () => ({ body: image(['***']) }), { status: 400, code: 'INPUT.INVALID' }],
      ['an image that is none', () => ({ body: image(['AAAA']) }), { status: 400, code: 'INPUT.INVALID' }],
      ['two images', () => ({ body: image(['AAAA', 'AAAA'], { shape: [2] }) }), invalid(/of 2 elements/)],
      ['bytes that break off', binary({ inputs: [{ name: 'image', datatype: 'BYTES', shape: [1], parameters: { binary_data_size: 3 } }] }, 3), invalid(/ends within an element/)],
    ]);
  });

  it('refuses another request under a used idempotency key', async () => {
    const headers = { 'idempotency-key': newName('key') };
    const first = await client.infer(`${acme}/review-encoder`, tokens, { headers });
    const again = await client.infer(`${acme}/review-encoder`, tokens, { headers });
    expect([again.headers.get('steelyard-replayed'), again.headers.get('steelyard-prediction-id')]).toEqual(['true', first.headers.get('steelyard-prediction-id')]);
    const other = tokens.map((tensor) => ({ ...tensor, shape: [1], data: BigInt64Array.of(1n) }));
    await expect(client.infer(`${acme}/review-encoder`, other, { headers })).rejects.toMatchObject({ status: 422 });
  });
});
