import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeDatabase, everyTestServer, repositoryRoot, RunningPlatform } from '@steelyard/test-support';

const models = join(repositoryRoot, 'plugins/models');
const sampleOf = (model: string, sample: string) => JSON.parse(readFileSync(join(models, model, 'samples', sample), 'utf8'));

describeDatabase('the main job', (context) => {
  let platform: RunningPlatform;
  let provider: string;
  let consumer: string;

  beforeAll(async () => {
    platform = await RunningPlatform.start({ databaseUrl: context.url(), env: { STEELYARD_MEASURE_MS: '300' } });
    provider = await platform.openOrganization('acme');
    consumer = await platform.openOrganization('clinic', '1.00');
    await platform.publish(provider, join(models, 'digits'), '--public');
  }, 120_000);

  afterAll(() => platform?.stop());

  const image = () => readFileSync(join(models, 'digits', sampleOf('digits', digitSample()).input.image.$file)).toString('base64');
  const digitSample = () => 'seven.json';

  it('lists the model with schemas, price, card and measurements', async () => {
    const { models: found } = await platform.graphql(consumer, '{ models { nodes { ref task channels { name version { ref digest price { currency components { unit amount } } measurements card } } } } }');
    expect(found.nodes).toHaveLength(1);
    const [{ ref, task, channels }] = found.nodes;
    expect({ ref, task }).toEqual({ ref: 'acme/digits', task: 'image-classification' });
    expect(channels).toHaveLength(1);
    expect(channels[0].version).toMatchObject({ ref: 'acme/digits@1.0.0', price: { currency: 'usd', components: [{ unit: 'request', amount: '0.0002' }] } });
    expect(channels[0].version.digest).toMatch(/^[0-9a-f]{64}$/);
    const { memoryBytes, coldStartMs, loadMs, curve, tuning } = channels[0].version.measurements;
    expect(memoryBytes).toBeGreaterThan(1e6);
    expect(coldStartMs).toBeGreaterThan(loadMs);
    expect(curve[0]).toMatchObject({ threads: 1, batchSize: 1, itemsPerSecond: expect.any(Number) });
    expect(tuning).toMatchObject({ batchSize: expect.any(Number), threads: 1, replicas: expect.any(Number) });
    expect(channels[0].version.card).toContain('MNIST');
  });

  it('answers by the native route and says what it cost and how long it took', async () => {
    const answer = await platform.predict(consumer, 'acme/digits', { image: image() });
    expect(answer.body.label).toBe('7');
    expect(answer.body.scores).toHaveLength(10);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('steelyard-model')).toBe('acme/digits@1.0.0');
    expect(answer.headers.get('steelyard-cost-nano')).toBe('200000');
    expect(answer.headers.get('server-timing')).toMatch(/queue;dur=[\d.]+, compute;dur=[\d.]+, total;dur=[\d.]+/);
    const id = answer.headers.get('steelyard-prediction-id');
    const { prediction } = await platform.graphql(consumer, 'query ($id: ID!) { prediction(id: $id) { status amountNano units { unit quantity } } }', { id });
    expect(prediction).toEqual({ status: 'SUCCEEDED', amountNano: '200000', units: [{ unit: 'request', quantity: '1' }] });
  });

  it('answers by GraphQL, several times, as compiled queries must', async () => {
    for (let round = 0; round < 3; round += 1) {
      const { predict } = await platform.graphql(
        consumer,
        'mutation ($input: PredictInput!) { predict(input: $input) { __typename ... on PredictSuccess { output ref prediction { amountNano } } } }',
        { input: { ref: 'acme/digits:stable', input: { image: image() } } },
      );
      expect(predict).toMatchObject({ __typename: 'PredictSuccess', ref: 'acme/digits@1.0.0', prediction: { amountNano: '200000' } });
      expect(predict.output.label).toBe('7');
    }
  });

  it('charges a call with an idempotency key once, however often it is sent', async () => {
    const before = await platform.settledBalance(consumer);
    const headers = { 'idempotency-key': 'order-1' };
    const answers = await Promise.all(Array.from({ length: 8 }, () => platform.predict(consumer, 'acme/digits', { image: image() }, headers)));
    expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(200));
    expect(new Set(answers.map((answer) => answer.headers.get('steelyard-prediction-id'))).size).toBe(1);
    expect(answers.filter((answer) => answer.headers.get('steelyard-replayed') === 'true')).toHaveLength(7);
    const after = await platform.settledBalance(consumer);
    expect(BigInt(before.availableNano) - BigInt(after.availableNano)).toBe(200_000n);
    const other = await platform.predict(consumer, 'acme/digits@1.0.0', { image: image() }, headers);
    expect(other.status).toBe(422);
    expect(other.body.error.code).toBe('INFERENCE.IDEMPOTENCY_KEY_REUSED');
  });

  it('splits what the consumer paid into share and fee, and the books balance', async () => {
    const paid = await platform.settledBalance(consumer);
    const earned = await platform.settledBalance(provider);
    const { trialBalance } = await platform.graphql(platform.operatorKey, '{ trialBalance { currency debitsNano creditsNano feesNano balanced } }');
    const [usd] = trialBalance;
    expect(usd.balanced).toBe(true);
    expect(usd.debitsNano).toBe(usd.creditsNano);
    const charged = 1_000_000_000n - BigInt(paid.availableNano);
    expect(charged).toBeGreaterThan(0n);
    expect(BigInt(earned.earnedNano) + BigInt(usd.feesNano)).toBe(charged);
    expect(BigInt(usd.feesNano)).toBe((charged * 15n) / 100n);
  });

  it('shows the use to both sides, to the provider without the key', async () => {
    const asked = 'query ($side: UsageSide!) { usage(side: $side, first: 5) { nodes { status amountNano feeNano keyId } } }';
    const { usage: mine } = await platform.graphql(consumer, asked, { side: 'CONSUMER' });
    const { usage: theirs } = await platform.graphql(provider, asked, { side: 'PROVIDER' });
    expect(mine.nodes[0]).toMatchObject({ status: 'SUCCEEDED', amountNano: '200000', feeNano: '30000' });
    expect(mine.nodes[0].keyId).toEqual(expect.any(String));
    expect(theirs.nodes[0].keyId).toBeNull();
  });
}, everyTestServer());

describe('samples', () => {
  it('name a file that the package has', () => {
    expect(sampleOf('digits', 'seven.json').input.image.$file).toMatch(/^samples\//);
  });
});
