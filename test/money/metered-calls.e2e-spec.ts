import { beforeAll, expect, it } from '@jest/globals';
import { createClient, type Client } from '@steelyard/client';
import { describePlatform, newName, writeEchoPackage, type SharedPlatform } from '@steelyard/test-support';

describePlatform('what calls cost', (context) => {
  const acme = newName('acme');
  const ref = `${acme}/echo`;
  let platform: SharedPlatform;
  let consumer: string;
  let client: Client;

  beforeAll(async () => {
    platform = context.platform();
    await platform.publish(await platform.openOrganization(acme), await writeEchoPackage({ amount: '0.40' }), '--public');
    consumer = await platform.openOrganization(newName('caller'), '1.00');
    client = createClient({ baseUrl: platform.url, apiKey: consumer });
  }, 90_000);

  it('is told before, and after it unit by unit under its tag', async () => {
    expect(await client.model(ref).estimate({ text: 'x' })).toMatchObject({
      currency: 'usd', leastNano: 400_000_000n, mostNano: 400_000_000n, availableNano: 1_000_000_000n, allowed: true,
      lines: [{ unit: 'request', least: 1n, most: 1n }],
    });
    const { prediction } = await client.runWithDetails(ref, { text: 'x' }, { tag: 'project 7' });
    expect(prediction).toMatchObject({ costNano: 400_000_000n, units: [{ unit: 'request', quantity: 1n }] });
    expect(await client.predictions.get(prediction.id)).toMatchObject({ tag: 'project 7', isFree: false, units: [{ unit: 'request', quantity: 1n, amountNano: 400_000_000n }] });
  });

  it('is told in GraphQL, with what is wrong with an input, and whether there is enough', async () => {
    const document = `query ($input: PredictInput!) { estimate(input: $input) {
      __typename
      ... on Estimate { ref mostNano isAllowed refusal lines { unit least most } free { left } }
      ... on InputInvalid { code }
    } }`;
    const estimate = async (key: string, input: unknown) => (await platform.graphql(key, document, { input: { ref, input } })).estimate as unknown;
    expect(await estimate(consumer, { text: 'x' })).toMatchObject({ __typename: 'Estimate', mostNano: '400000000', isAllowed: true, refusal: null, lines: [{ unit: 'request', least: '1', most: '1' }], free: null });
    expect(await estimate(consumer, 'text')).toMatchObject({ __typename: 'InputInvalid' });
    const poor = await platform.openOrganization(newName('poor'), '0.10');
    expect(await estimate(poor, { text: 'x' })).toMatchObject({ isAllowed: false, refusal: 'INFERENCE.PAYMENT_REQUIRED' });
  });

  it('refuses a tag that no header can carry', async () => {
    const document = 'mutation ($input: PredictInput!) { predict(input: $input) { __typename } }';
    await expect(client.graphql(document, { input: { ref, input: { text: 'x' }, tag: '项目' } })).rejects.toMatchObject({ code: 'INFERENCE.TAG_INVALID' });
  });
});
