import { beforeAll, expect, it } from '@jest/globals';
import { describePlatform, newName, writeEchoPackage, type SharedPlatform } from '@steelyard/test-support';

const CLIENTS = 64;
const AFFORDABLE = 1_000;

describePlatform('a spend limit', (context) => {
  const acme = newName('acme');
  let platform: SharedPlatform;
  let consumer: string;

  beforeAll(async () => {
    platform = context.platform();
    const provider = await platform.openOrganization(acme);
    await platform.publish(provider, await writeEchoPackage({ amount: '0.001' }), '--public');
    consumer = await platform.openOrganization(newName('spender'), '1.00');
  }, 90_000);

  it('is met exactly by many clients at once: each affordable call succeeds, the next is refused, nothing is left', async () => {
    const outcomes: number[] = [];
    let sent = 0;
    const client = async (): Promise<void> => {
      while (sent < AFFORDABLE + 4 * CLIENTS) {
        sent += 1;
        const { status, body } = await platform.predict(consumer, `${acme}/echo`, { text: `call ${sent}` });
        if (status === 402) expect(body.error).toMatchObject({ code: 'INFERENCE.PAYMENT_REQUIRED', charged: false });
        outcomes.push(status);
      }
    };
    await Promise.all(Array.from({ length: CLIENTS }, client));
    expect(outcomes.filter((status) => status === 200)).toHaveLength(AFFORDABLE);
    expect(outcomes.filter((status) => status === 402)).toHaveLength(outcomes.length - AFFORDABLE);
    expect(await platform.settledBalance(consumer)).toMatchObject({ availableNano: '0', heldNano: '0', postedNano: '0' });
    const { usageSummary } = await platform.graphql(consumer, '{ usageSummary { calls failed amountNano } }');
    expect(usageSummary).toEqual({ calls: AFFORDABLE, failed: 0, amountNano: '1000000000' });
  }, 60_000);

  it('is an outcome in GraphQL', async () => {
    const { predict } = await platform.graphql(
      consumer,
      'mutation ($input: PredictInput!) { predict(input: $input) { __typename ... on PaymentRequired { code requiredNano availableNano currency fix } } }',
      { input: { ref: `${acme}/echo`, input: { text: 'one more' } } },
    );
    expect(predict).toMatchObject({ __typename: 'PaymentRequired', requiredNano: '1000000', availableNano: '0', currency: 'usd', fix: expect.any(String) });
  });
});
