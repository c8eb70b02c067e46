import { beforeAll, expect, it } from '@jest/globals';
import { describePlatform, newName, writeEchoPackage, type SharedPlatform } from '@steelyard/test-support';

describePlatform('prices', (context) => {
  const acme = newName('acme');
  let platform: SharedPlatform;
  let provider: string;
  let consumer: string;

  beforeAll(async () => {
    platform = context.platform();
    provider = await platform.openOrganization(acme);
    consumer = await platform.openOrganization(newName('caller'), '1.00');
    await platform.publish(provider, await writeEchoPackage(), '--public');
  }, 90_000);

  const price = async (...args: string[]) => platform.cli(provider, 'price', ...args);
  const json = async (...args: string[]) => JSON.parse((await price(...args, '--json')).stdout) as Record<string, any>;
  const chargedNano = async (ref = `${acme}/echo`) => (await platform.predict(consumer, ref, { text: 'x' })).headers.get('steelyard-cost-nano');

  it('are lowered at once, for those who call', async () => {
    expect(await chargedNano()).toBe('1000000');
    expect((await price('show', 'echo')).stdout).toMatch(`${acme}/echo@1.0.0 costs 0.001 usd per request, since 20`);
    const { code, stdout } = await price('set', 'echo', '--unit', 'request', '--amount', '0.0004', '--reason', 'a faster machine');
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${acme}/echo@1.0.0 costs that from now on\n` });
    expect(await chargedNano()).toBe('400000');
  });

  it('are raised after a notice, which everybody can see', async () => {
    const raised = await json('set', `${acme}/echo@1.0.0`, '--component', 'request:0.002', '--component', 'compute_second:0.60:1000', '--free', 'request:100');
    expect(raised).toMatchObject({ dryRun: false, changes: [{ version: { ref: `${acme}/echo@1.0.0` }, atOnce: false, changed: true, withdrawn: [] }] });
    const { effectiveAt } = raised.changes[0];
    expect(Date.parse(effectiveAt)).toBeGreaterThan(Date.now() + 13.9 * 86_400_000);
    expect(await chargedNano()).toBe('400000');
    const shown = await platform.cli(consumer, 'price', 'show', `${acme}/echo`);
    expect(shown.stdout).toMatch(`${effectiveAt}  0.002 usd per request + 0.60 usd per 1000 compute_second, 100 request free a month`);

    const tooSoon = await price('set', 'echo', '--unit', 'request', '--amount', '0.003', '--from', '2099-01-01', '--json');
    expect(JSON.parse(tooSoon.stdout)).toMatchObject({ error: { code: 'CATALOG.PRICE_TIME_INVALID' } });
    const dearer = await price('set', 'echo', '--unit', 'request', '--amount', '0.003', '--from', new Date(Date.now() + 86_400_000).toISOString());
    expect(dearer).toMatchObject({ code: 1, stderr: expect.stringMatching(/14 days after it is announced, at the earliest from 20/) });

    const back = await price('set', 'echo', '--unit', 'request', '--amount', '0.0004');
    expect(back.stdout).toBe(`${acme}/echo@1.0.0 costs that from now on; what was announced for ${effectiveAt} does not come\n`);
    expect((await json('show', 'echo')).announcedPrices).toEqual([]);
    expect((await json('history', 'echo')).priceHistory.map(({ components, reason }: any) => [components[0].amount, reason])).toEqual([['0.0004', 'a faster machine'], ['0.001', null]]);
  });

  it('may be nothing at all', async () => {
    const dir = await writeEchoPackage({ name: 'gift', price: 'free' });
    expect((await platform.cli(provider, 'model', 'show', dir)).stdout).toContain('price   free');
    await platform.publish(provider, dir, '--public');
    const poor = await platform.openOrganization(newName('poor'));
    const answer = await platform.predict(poor, `${acme}/gift`, { text: 'x' });
    expect([answer.status, answer.headers.get('steelyard-cost-nano')]).toEqual([200, '0']);
    expect((await price('set', 'echo', '--free-of-charge', '--dry-run')).stdout).toBe(`${acme}/echo@1.0.0 would cost that from now on\n`);
    expect(await chargedNano()).toBe('400000');
  });

  it.each([
    [['set', 'echo', '--unit', 'image', '--amount', '0'], 'components[0].amount must be more than 0'],
    [['set', 'nowhere', '--free-of-charge'], 'There is no model nowhere'],
    [['show', 'nobody/nothing'], 'There is no model nobody/nothing'],
  ])('refuses price %j', async (args, message) => {
    const { code, stderr } = await price(...args);
    expect(code).not.toBe(0);
    expect(stderr).toContain(message);
  });
});
