import { beforeAll, describe, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { describePlatform, newName, SHARED_SECRET, writeEchoPackage, type SharedPlatform } from '@steelyard/test-support';

const CALLS = 400;
const IN_FLIGHT = 32;

describePlatform('a runner', (context) => {
  const acme = newName('acme');
  let platform: SharedPlatform;
  let consumer: string;

  beforeAll(async () => {
    platform = context.platform();
    const provider = await platform.openOrganization(acme);
    consumer = await platform.openOrganization(newName('caller'), '10.00');
    await platform.publish(provider, await writeEchoPackage({ runMs: 1_500, options: { delayMs: 5, crashOn: true, hangOn: true } }), '--public');
  }, 90_000);

  async function runner(): Promise<{ pid: number }> {
    const { engine } = await platform.graphql(platform.operatorKey, '{ engine { models { label runners { pid } } } }');
    return engine.models.find(({ label }: { label: string }) => label === `${acme}/echo@1.0.0`).runners[0];
  }

  it('killed under load is replaced; no call is lost, and the sums match', async () => {
    const before = BigInt((await platform.settledBalance(consumer)).availableNano);
    let next = 0;
    const statuses: number[] = [];
    const client = async (): Promise<void> => {
      while (next < CALLS) {
        next += 1;
        if (next === CALLS / 4 || next === CALLS / 2) process.kill((await runner()).pid, 'SIGKILL');
        statuses.push((await platform.predict(consumer, `${acme}/echo`, { text: `call ${next}` })).status);
      }
    };
    await Promise.all(Array.from({ length: IN_FLIGHT }, client));
    expect(statuses.filter((status) => status !== 200)).toEqual([]);
    const after = BigInt((await platform.settledBalance(consumer)).availableNano);
    expect(before - after).toBe(BigInt(statuses.length) * 1_000_000n);
  }, 60_000);

  it('that a call crashes fails that call alone, uncharged, and the server stays up', async () => {
    const before = (await platform.settledBalance(consumer)).availableNano;
    const [guilty, ...innocent] = await Promise.all([
      platform.predict(consumer, `${acme}/echo`, { text: 'boom', crash: true }),
      ...Array.from({ length: 8 }, (_, n) => platform.predict(consumer, `${acme}/echo`, { text: `innocent ${n}` })),
    ]);
    expect(guilty.body.error).toMatchObject({ code: 'ENGINE.RUNNER_LOST', charged: false });
    expect(innocent.map(({ status }) => status)).toEqual(Array(8).fill(200));
    const after = (await platform.settledBalance(consumer)).availableNano;
    expect(BigInt(before) - BigInt(after)).toBe(8_000_000n);
  }, 30_000);

  it('that hangs is killed at the deadline, and the next call is answered', async () => {
    const hung = await platform.predict(consumer, `${acme}/echo`, { text: 'zzz', hang: true }, { 'steelyard-deadline-ms': '1000' });
    expect(hung.body.error).toMatchObject({ code: expect.stringMatching(/^ENGINE\./), charged: false });
    expect([503, 504]).toContain(hung.status);
    expect((await platform.predict(consumer, `${acme}/echo`, { text: 'awake' })).status).toBe(200);
  }, 30_000);

  describe('process', () => {
    it('has none of the server’s environment', async () => {
      await platform.predict(consumer, `${acme}/echo`, { text: 'x' });
      const environment = await readFile(`/proc/${(await runner()).pid}/environ`, 'utf8');
      expect(environment).toContain('STEELYARD_RUNNER_SOCKET');
      expect(environment).not.toMatch(new RegExp(`${SHARED_SECRET}|DATABASE_URL|pepper`, 'i'));
      expect(await readFile(`/proc/${platform.pid}/environ`, 'utf8')).toContain(SHARED_SECRET);
    });
  });
});
