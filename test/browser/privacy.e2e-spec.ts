import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { embeddedTestServer, newName, SharedPlatform, writeEchoPackage } from '@steelyard/test-support';
import { describeBrowser, Visitor } from '@steelyard/test-support/browser';

const ACME = newName('acme');

describeBrowser('privacy in the portal', ({ browser }) => {
  let platform: SharedPlatform;
  let key: string;
  let owner: Visitor;

  beforeAll(async () => {
    platform = await SharedPlatform.on(embeddedTestServer);
    key = await platform.openOrganization(ACME, '5.00');
    await platform.publish(key, await writeEchoPackage({ amount: '0.001' }));
    owner = await Visitor.open(browser(), { url: platform.publicUrl });
    await owner.goto(`/org/${ACME}/privacy`);
    await owner.signIn(`owner@${ACME}.example`);
  }, 60_000);

  afterAll(() => owner?.close());

  async function choose(field: string, option: string): Promise<void> {
    const dialog = owner.page.getByRole('dialog');
    // The frame of the field lies over its input, and takes the press for it.
    await dialog.getByLabel(field).first().click({ force: true });
    await owner.page.getByRole('option', { name: option }).first().click();
    await owner.page.keyboard.press('Tab');
  }

  it('sets a policy that calls then follow', async () => {
    await owner.page.getByRole('heading', { name: 'No policies yet' }).waitFor();
    await owner.press('button', 'Set a policy');
    await choose('Masked', 'e-mail addresses');
    await choose('Kept', '30 days');
    await owner.press('button', 'Save', owner.page.getByRole('dialog'));
    await owner.page.getByRole('cell', { name: 'e-mail addresses' }).waitFor();
    await owner.page.getByRole('cell', { name: '30 days' }).waitFor();
    expect(await owner.findings()).toEqual([]);
    const { body } = await platform.predict(key, `${ACME}/echo`, { text: 'to ada@example.org' });
    expect(body).toEqual({ text: 'to [email]' });
  }, 60_000);

  it('shows what was masked in a call and what is kept of it', async () => {
    await platform.settledBalance(key);
    await owner.goto(`/org/${ACME}/usage`);
    await owner.press('button', 'Details');
    const dialog = owner.page.getByRole('dialog');
    await dialog.getByText('Masked before the model saw it: e-mail addresses 1').waitFor();
    await dialog.getByText('to [email]').first().waitFor();
    await dialog.getByText(/^Kept until/).waitFor();
    expect(await owner.findings()).toEqual([]);
  }, 60_000);

  it('takes the policy away', async () => {
    await owner.goto(`/org/${ACME}/privacy`);
    await owner.press('button', 'Take away');
    await owner.page.getByRole('heading', { name: 'No policies yet' }).waitFor();
  }, 60_000);
});
