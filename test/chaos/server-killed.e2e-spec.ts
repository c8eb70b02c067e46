import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeDatabase, RunningPlatform, writeEchoPackage } from '@steelyard/test-support';

/** On each of two servers; `--long` doubles it. */
const ROUNDS = process.env['STEELYARD_LONG'] ? 12 : 6;
const IN_FLIGHT = 64;
const PRICE_NANO = 1_000_000n;
const CREDIT_NANO = 1_000_000_000_000n;

describeDatabase('a server killed under load', (context) => {
  let platform: RunningPlatform;
  let provider: string;
  let consumer: string;

  beforeAll(async () => {
    // Short, so that the holds of calls that died with the server expire while the test waits.
    platform = await RunningPlatform.start({ databaseUrl: context.url(), env: { STEELYARD_DEADLINE_MS: '2000' } });
    provider = await platform.openOrganization('acme');
    consumer = await platform.openOrganization('caller', '1000');
    await platform.publish(provider, await writeEchoPackage({ amount: '0.001' }), '--public');
  }, 90_000);

  afterAll(() => platform?.stop());

  it(`loses no acknowledged call and charges none twice, ${ROUNDS} times`, async () => {
    const acknowledged = new Set<string>();
    for (let round = 0; round < ROUNDS; round += 1) {
      await callUntilKilled(acknowledged, 200 + (round * 360) / ROUNDS);
      await platform.start();
    }
    expect(acknowledged.size).toBeGreaterThan(ROUNDS);
    await platform.settledBalance(consumer, 30_000);
    const charged = await chargedEvents();
    expect([...acknowledged].filter((id) => !charged.has(id))).toEqual([]);
    expect([...charged.values()].every((amount) => amount === PRICE_NANO)).toBe(true);
    await expectBooks(BigInt(charged.size) * PRICE_NANO);
    // A call whose answer was cut off may be charged, since it ran; more than were in flight at the kills cannot be.
    expect(charged.size - acknowledged.size).toBeLessThanOrEqual(ROUNDS * IN_FLIGHT);
  }, 180_000);

  /** Keeps 64 calls in flight, kills the server after a while, and notes every call that was answered. */
  async function callUntilKilled(acknowledged: Set<string>, afterMs: number): Promise<void> {
    let alive = true;
    // The first call loads the model; what is killed must be at work.
    await platform.predict(consumer, 'acme/echo', { text: 'wake up' });
    const client = async (): Promise<void> => {
      while (alive) {
        const answer = await platform.predict(consumer, 'acme/echo', { text: 'x' }).catch(() => undefined);
        if (answer?.status === 200) acknowledged.add(answer.headers.get('steelyard-prediction-id')!);
        if (!answer) return;
      }
    };
    const clients = Array.from({ length: IN_FLIGHT }, client);
    await new Promise((later) => setTimeout(later, afterMs));
    await platform.end('SIGKILL');
    alive = false;
    await Promise.all(clients);
  }

  async function chargedEvents(): Promise<Map<string, bigint>> {
    const { rows } = await context.database().pool.query<{ id: string; amount_nano: string; status: string }>('SELECT id, amount_nano, status FROM usage_event');
    return new Map(rows.filter((row) => row.status === 'succeeded').map((row) => [row.id, BigInt(row.amount_nano)]));
  }

  async function expectBooks(chargedNano: bigint): Promise<void> {
    const { trialBalance } = await platform.graphql(platform.operatorKey, '{ trialBalance { balanced feesNano } }');
    expect(trialBalance[0].balanced).toBe(true);
    const paid = await platform.settledBalance(consumer);
    const earned = await platform.settledBalance(provider);
    expect(CREDIT_NANO - BigInt(paid.availableNano)).toBe(chargedNano);
    expect(BigInt(earned.earnedNano) + BigInt(trialBalance[0].feesNano)).toBe(chargedNano);
    expect(paid.heldNano).toBe('0');
  }
});
