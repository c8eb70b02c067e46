import { beforeAll, expect, it } from '@jest/globals';
import { describePlatform, newName, writeEchoPackage, type SharedPlatform } from '@steelyard/test-support';

describePlatform('versions and channels', (context) => {
  const acme = newName('acme');
  let platform: SharedPlatform;
  let provider: string;
  let consumer: string;

  beforeAll(async () => {
    platform = context.platform();
    provider = await platform.openOrganization(acme);
    consumer = await platform.openOrganization(newName('caller'), '10.00');
    await platform.publish(provider, await writeEchoPackage({ version: '1.0.0', amount: '0.001' }), '--public');
    await platform.publish(provider, await writeEchoPackage({ version: '2.0.0', amount: '0.002' }), '--channel', 'beta');
  }, 90_000);

  const ran = async (ref: string) => {
    const { headers } = await platform.predict(consumer, ref, { text: 'x' });
    return { version: headers.get('steelyard-model'), cost: headers.get('steelyard-cost-nano') };
  };
  const release = (version: string, reason?: string) =>
    platform.graphql(provider, 'mutation ($input: ReleaseVersionInput!) { releaseVersion(input: $input) { name version { ref } } }', {
      input: { model: 'echo', version, reason },
    });
  const rollback = () => platform.graphqlRaw(provider, 'mutation { rollback(input: { model: "echo", reason: "too slow" }) { version { ref } } }');

  it('the first ready version is stable by itself, a later one only where it was asked for', async () => {
    expect(await ran(`${acme}/echo`)).toEqual({ version: `${acme}/echo@1.0.0`, cost: '1000000' });
    expect(await ran(`${acme}/echo:beta`)).toEqual({ version: `${acme}/echo@2.0.0`, cost: '2000000' });
    expect(await ran(`${acme}/echo@2.0.0`)).toEqual({ version: `${acme}/echo@2.0.0`, cost: '2000000' });
  });

  it('a release moves callers of the channel at once, and one step takes it back', async () => {
    await release('2.0.0', 'faster');
    expect(await ran(`${acme}/echo`)).toEqual({ version: `${acme}/echo@2.0.0`, cost: '2000000' });
    expect((await rollback()).data['rollback'].version.ref).toBe(`${acme}/echo@1.0.0`);
    expect(await ran(`${acme}/echo`)).toEqual({ version: `${acme}/echo@1.0.0`, cost: '1000000' });
    expect((await rollback()).errors?.[0]?.extensions?.['code']).toBe('CATALOG.NOTHING_TO_ROLL_BACK');
  });

  it('keeps who moved a channel from where to where, and why', async () => {
    const { model } = await platform.graphql(provider, `{ model(ref: "${acme}/echo") { channels { name history { action from to reason actorId } } } }`);
    const stable = model.channels.find(({ name }: { name: string }) => name === 'stable');
    expect(stable.history).toMatchObject([
      { action: 'rollback', from: '2.0.0', to: '1.0.0', reason: 'too slow' },
      { action: 'release', from: '1.0.0', to: '2.0.0', reason: 'faster' },
      { action: 'release', from: null, to: '1.0.0' },
    ]);
    expect(stable.history[0].actorId).toEqual(expect.any(String));
  });

  it('a dry run passes every stage up to the measurement and leaves no version', async () => {
    const result = await platform.cli(provider, 'model', 'test', await writeEchoPackage({ version: '3.0.0' }));
    expect(result.stderr + result.stdout).toMatch(/hello/);
    expect(result.code).toBe(0);
    expect((await platform.predict(consumer, `${acme}/echo@3.0.0`, { text: 'x' })).status).toBe(404);
  });

  it('a publication is watched stage by stage', async () => {
    const result = await platform.cli(provider, 'publish', await writeEchoPackage({ version: '4.0.0' }), '--json');
    expect(result.code).toBe(0);
    const { model } = await platform.graphql(provider, `{ model(ref: "${acme}/echo") { versions { version state measurements } } }`);
    expect(model.versions[0]).toMatchObject({ version: '4.0.0', state: 'READY', measurements: { latencyMs: { p50: expect.any(Number) } } });
  });

  it('a tensor comes back as JSON says tensors, long integers as digits, whichever door was taken', async () => {
    const manifest = tensorManifest;
    const sample = { name: 'pair', input: { x: { dtype: 'int64', shape: [2], data: ['1', '2'] } }, expected: {} };
    await platform.publish(provider, await writeEchoPackage({ manifest, files: { 'samples/hello.json': JSON.stringify(sample) } }), '--public');
    const input = { x: { dtype: 'int64', shape: [2], data: ['9007199254740993', '-2'] } };
    const answer = await platform.predict(consumer, `${acme}/tensors`, input);
    expect(answer.body).toEqual(input);
    const { predict } = await platform.graphql(consumer, 'mutation ($input: PredictInput!) { predict(input: $input) { ... on PredictSuccess { output } } }', {
      input: { ref: `${acme}/tensors`, input },
    });
    expect(predict.output).toEqual(input);
    const wrong = await platform.predict(consumer, `${acme}/tensors`, { x: { dtype: 'float32', shape: [2], data: [1, 2] } });
    expect(wrong.body).toMatchObject({ error: { code: expect.stringMatching(/INVALID$/), charged: false } });
    const short = await platform.predict(consumer, `${acme}/tensors`, { x: { dtype: 'int64', shape: [3], data: ['1'] } });
    expect(short.status).toBe(400);
  });
});

const tensorManifest = `schema: 1
name: tensors
version: 1.0.0
license: Apache-2.0
intendedUse: For tests.
task: custom
description: Answers with its tensor.
runtime: { name: echo, range: ^0.1.0 }
artifacts: [ { path: weights.json } ]
input:
  type: object
  required: [x]
  additionalProperties: false
  properties: { x: { x-tensor: { dtype: int64, shape: [-1] } } }
output:
  type: object
  properties: { x: { x-tensor: { dtype: int64, shape: [-1] } } }
price: { unit: request, amount: "0.001", currency: usd }
`;
