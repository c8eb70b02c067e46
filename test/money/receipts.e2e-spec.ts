import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createClient, type Client } from '@steelyard/client';
import { file } from '@steelyard/client/node';
import { verifyReceipt } from '@steelyard/client/receipts';
import { describePlatform, newName, repositoryRoot, runNode } from '@steelyard/test-support';

const DIGITS = join(repositoryRoot, 'plugins/models/digits');
const SEVEN = join(DIGITS, 'samples/seven.png');

describePlatform('receipts', (context) => {
  let dir: string;
  let consumer: string;
  let provider: string;
  let ref: string;
  let steelyard: Client;
  const allPassed = Array(8).fill({ outcome: 'passed' });

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'steelyard-receipts-'));
    const platform = context.platform();
    const [seller, buyer] = [newName('seller'), newName('buyer')];
    [provider, consumer] = [await platform.openOrganization(seller), await platform.openOrganization(buyer, '1.00')];
    await platform.publish(provider, DIGITS, '--public');
    ref = `${seller}/digits`;
    steelyard = createClient({ apiKey: consumer, baseUrl: platform.url });
  }, 60_000);

  afterAll(() => rm(dir, { recursive: true }));

  it('are had for every call, and checked offline against what was sent and answered', async () => {
    const image = await readFile(SEVEN);
    const keys = await steelyard.receiptKeys();
    const input = { image: file(SEVEN) };
    const { output, prediction } = await steelyard.runWithDetails(ref, input);
    const { jws, receipt } = await steelyard.predictions.receipt(prediction.id);
    const { organizationId } = receipt.consumer;
    expect(receipt).toMatchObject({ model: { ref: prediction.model }, charge: { amountNano: prediction.costNano.toString() } });
    expect(receipt.build).toMatch(/^steelyard \S+; onnx \S+ \(onnxruntime-node \d+\.\d+\.\d+\); node \d+\.\d+\.\d+$/);
    expect(await verifyReceipt(jws, { keys, predictionId: prediction.id, organizationId, input, output })).toMatchObject({ valid: true, checks: allPassed });
    expect(await verifyReceipt(jws, { keys, input: { image: image.subarray(1) }, output })).toMatchObject({ valid: false, problem: { name: 'input' } });

    const asText = { image: image.toString('base64') };
    const answer = await context.platform().predict(consumer, ref, asText);
    const path = answer.headers.get('steelyard-receipt')!;
    const response = await steelyard.request(path, { headers: { accept: 'application/jose' } });
    expect(response.headers.get('content-type')).toBe('application/jose');
    expect(await verifyReceipt(await response.text(), { keys, predictionId: answer.headers.get('steelyard-prediction-id')!, organizationId, input: asText, output: answer.body })).toMatchObject({ valid: true, checks: allPassed });
  });

  it('are told apart, though two calls were sent and answered the same', async () => {
    const keys = await steelyard.receiptKeys();
    const input = { image: file(SEVEN) };
    const [one, other] = [await steelyard.runWithDetails(ref, input), await steelyard.runWithDetails(ref, input)];
    const { jws } = await steelyard.predictions.receipt(one.prediction.id);
    expect(await verifyReceipt(jws, { keys, input, output: other.output })).toMatchObject({ valid: true });
    expect(await verifyReceipt(jws, { keys, input, output: other.output, predictionId: other.prediction.id })).toMatchObject({ valid: false, problem: { name: 'prediction' } });
  });

  it('come with a prediction by GraphQL, several times, as compiled queries must', async () => {
    const keys = await steelyard.receiptKeys();
    const input = { image: (await readFile(SEVEN)).toString('base64') };
    const document = 'mutation ($input: PredictInput!) { predict(input: $input) { ... on PredictSuccess { output prediction { id receipt { jws payload } } } } }';
    for (let round = 0; round < 3; round += 1) {
      const { predict } = await context.platform().graphql(consumer, document, { input: { ref, input } });
      const { id: predictionId, receipt } = predict.prediction;
      const checked = await verifyReceipt(receipt.jws, { keys, predictionId, organizationId: receipt.payload.consumer.organizationId, input, output: predict.output });
      expect(checked).toMatchObject({ valid: true, checks: allPassed, receipt: receipt.payload });
    }
  });

  it('are shown to nobody else', async () => {
    const { prediction } = await steelyard.runWithDetails(ref, { image: file(SEVEN) });
    const get = (key: string | undefined, path = `/v1/predictions/${prediction.id}/receipt`) =>
      fetch(`${context.platform().url}${path}`, key === undefined ? {} : { headers: { authorization: `Bearer ${key}` } });
    const answers = await Promise.all([get(provider), get(undefined), get(consumer, '/v1/predictions/x/receipt'), get(consumer, '/v1/predictions/x')]);
    expect(answers.map(({ status }) => status)).toEqual([404, 401, 404, 404]);
    expect(await answers[0].json()).toMatchObject({ error: { code: 'INFERENCE.PREDICTION_NOT_FOUND' } });
    const { data } = await context.platform().graphqlRaw(provider, '{ prediction(id: "' + prediction.id + '") { receipt { jws } } }');
    expect(data).toEqual({ prediction: null });
  });

  it('are kept and checked by the command, without the platform', async () => {
    const platform = context.platform();
    const cli = (...args: string[]) => platform.cli(consumer, ...args);
    const { output, prediction } = await steelyard.runWithDetails(ref, { image: file(SEVEN) });
    const [json, signed, keys] = ['seven.json', 'seven.jws', 'keys.json'].map((name) => join(dir, name)) as [string, string, string];
    await writeFile(json, JSON.stringify(output));
    expect(await cli('receipt', prediction.id, '--out', signed)).toMatchObject({ code: 0, stdout: expect.stringContaining('total       0.0002 usd') });
    expect(await cli('receipt', 'keys', '--out', keys)).toMatchObject({ code: 0, stdout: expect.stringContaining('in use') });
    const offline = ['--url', 'http://127.0.0.1:9', 'receipt', 'verify', signed, '--keys', keys];
    expect(await cli(...offline, '--prediction', prediction.id, '--image', SEVEN, '--output', json)).toMatchObject({ code: 0, stderr: expect.stringContaining('good') });
    const wrongCall = await cli(...offline, '--prediction', prediction.id.replace(/.$/, (last) => (last === '0' ? '1' : '0')), '--image', SEVEN);
    expect(wrongCall).toMatchObject({ code: 1, stderr: expect.stringContaining('not good: the receipt is of the prediction') });
    const other = await cli(...offline, `image=@${join(DIGITS, 'model.yaml')}`, '--json');
    expect(other.code).toBe(1);
    expect(JSON.parse(other.stdout)).toMatchObject({ valid: false, problem: { name: 'input' } });
    const jws = await readFile(signed, 'utf8');
    await writeFile(signed, jws.replace(/\.(.)/, (_part, first: string) => `.${first === 'e' ? 'f' : 'e'}`));
    expect(await cli(...offline)).toMatchObject({ code: 1, stderr: expect.stringContaining('not good: ') });
  });

  it('are checked by the script of the guide, which knows nothing of us', async () => {
    const { prediction } = await steelyard.runWithDetails(ref, { image: file(SEVEN) });
    const [script] = /(?<=```js\n)[^]*?(?=```)/.exec(await readFile(join(repositoryRoot, 'docs/guides/receipts.md'), 'utf8'))!;
    await symlink(join(repositoryRoot, 'node_modules'), join(dir, 'node_modules'));
    await writeFile(join(dir, 'check.mjs'), script);
    await writeFile(join(dir, 'keys.json'), JSON.stringify(await steelyard.receiptKeys()));
    const { jws } = await steelyard.predictions.receipt(prediction.id);
    await writeFile(join(dir, 'seven.jws'), jws);
    expect(await runNode(['check.mjs'], { cwd: dir })).toMatchObject({ code: 0, stdout: `${prediction.model} cost 200000 nano usd\n` });
    await writeFile(join(dir, 'seven.jws'), jws.replace(/.$/, (last) => (last === 'A' ? 'Q' : 'A')));
    expect(await runNode(['check.mjs'], { cwd: dir })).toMatchObject({ code: 1, stderr: expect.stringContaining('signature verification failed') });
  });

  it('stay good when the operator has a new key made', async () => {
    const platform = context.platform();
    const { prediction } = await steelyard.runWithDetails(ref, { image: file(SEVEN) });
    const before = await steelyard.predictions.receipt(prediction.id);
    expect(await platform.cli(consumer, 'operator', 'rotate-receipt-key', '--operator-key-file', join(platform.dataDir, 'operator.key'))).toMatchObject({ code: 0 });
    const after = await steelyard.predictions.receipt(prediction.id);
    expect(after.receipt).toEqual(before.receipt);
    const keys = await steelyard.receiptKeys();
    for (const { jws } of [before, after]) expect(await verifyReceipt(jws, { keys })).toMatchObject({ valid: true });
    const { receiptKeys } = await platform.graphql(undefined, '{ receiptKeys { kid jwk retiredAt } }');
    expect(receiptKeys.map(({ jwk }: { jwk: unknown }) => jwk)).toEqual(keys.keys);
  });
});
