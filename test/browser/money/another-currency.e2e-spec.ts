import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { RunningPlatform, writeEchoPackage } from '@steelyard/test-support';
import { describeBrowser, Visitor } from '@steelyard/test-support/browser';

describeBrowser('a server whose currency is not the dollar', ({ browser }) => {
  let platform: RunningPlatform;
  let key: string;
  let owner: Visitor;
  const call = (model: string) => platform.predict(key, `acme/${model}`, { text: 'hello' });
  const cli = async (...args: string[]) => {
    const { code, stdout, stderr } = await platform.cli(key, ...args, '--json');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return JSON.parse(stdout) as Record<string, unknown>;
  };

  beforeAll(async () => {
    platform = await RunningPlatform.start({ env: { STEELYARD_PAYMENT_CURRENCY: 'eur' } });
    key = await platform.openOrganization('acme', '5.00');
    await platform.publish(key, await writeEchoPackage({ price: '{ unit: request, amount: "0.001", currency: eur }' }));
    await platform.publish(key, await writeEchoPackage({ name: 'gift', price: 'free' }));
    owner = await Visitor.open(browser(), { url: platform.publicUrl });
    await owner.goto('/org/acme/budgets');
    await owner.signIn('owner@acme.example');
  }, 90_000);

  afterAll(async () => {
    await owner?.close();
    await platform?.stop();
  });

  it('limits calls by a budget that is opened in the portal', async () => {
    await owner.press('button', 'Create a budget');
    await owner.fill('Name', 'all calls');
    await owner.fill('Limit in EUR', '0.003');
    await owner.press('button', 'Create a budget', owner.page.getByRole('dialog'));
    await owner.page.getByRole('img', { name: '0% used, 0% held' }).waitFor();
    const calls = await Promise.all(Array.from({ length: 4 }, () => call('echo')));
    expect(calls.map(({ status }) => status).sort()).toEqual([200, 200, 200, 402]);
    await owner.page.getByRole('img', { name: '100% used, 0% held' }).waitFor();
  }, 60_000);

  it('shows usage and earnings, with the calls that were free', async () => {
    expect((await call('gift')).status).toBe(200);
    await expect(platform.settledBalance(key)).resolves.toMatchObject({ heldNano: '0' });
    await owner.moveTo('/org/acme/usage');
    await owner.page.getByText('€0.003', { exact: true }).first().waitFor();
    await owner.moveTo('/org/acme/earnings');
    await owner.page.getByText('€0.00255', { exact: true }).first().waitFor();
    expect(await platform.graphql(key, '{ usageSummary { calls amountNano currency } }')).toEqual({ usageSummary: { calls: 4, amountNano: '3000000', currency: 'eur' } });
    expect(owner.complaints).toEqual([]);
  }, 60_000);

  it('is meant in the terminal where no currency is said', async () => {
    expect(await cli('balance')).toMatchObject({ currency: 'eur', available: '4.997' });
    expect(await cli('budget', 'create', 'much', '--limit', '2')).toMatchObject({ budget: { currency: 'eur' } });
    await cli('price', 'set', 'echo', '--unit', 'request', '--amount', '0.0005');
    expect(await cli('price', 'show', 'echo')).toMatchObject({ price: { currency: 'eur', components: [{ amount: '0.0005' }] } });
    expect(await cli('price', 'simulate', 'acme/echo', '--free-of-charge')).toMatchObject({ terms: { currency: 'eur' }, wouldPayNano: '0', differenceNano: '-3000000' });
  }, 60_000);
});
