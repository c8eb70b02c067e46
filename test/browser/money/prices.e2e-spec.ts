import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { embeddedTestServer, newName, SharedPlatform, writeEchoPackage } from '@steelyard/test-support';
import { describeBrowser, PHONE, Visitor } from '@steelyard/test-support/browser';

const [ACME, BUYER] = [newName('acme'), newName('buyer')];

describeBrowser('prices in the portal', ({ browser }) => {
  let platform: SharedPlatform;
  let owner: Visitor;
  let buyer: Visitor;
  let acme: string;
  let key: string;

  const dialog = () => owner.page.getByRole('dialog');
  const prices = () => owner.page.locator('[data-prices-of="1.0.0"]');
  const enter = async (handle: string, path: string) => {
    const visitor = await Visitor.open(browser(), { url: platform.publicUrl });
    await visitor.goto(path);
    await visitor.signIn(`owner@${handle}.example`);
    return visitor;
  };

  beforeAll(async () => {
    platform = await SharedPlatform.on(embeddedTestServer);
    [acme, key] = [await platform.openOrganization(ACME, '5'), await platform.openOrganization(BUYER, '5')];
    await platform.publish(acme, await writeEchoPackage({ amount: '0.001' }), '--public');
    const calls = await Promise.all(Array.from({ length: 3 }, () => platform.predict(key, `${ACME}/echo`, { text: 'hello' })));
    expect(calls.map(({ status }) => status)).toEqual([200, 200, 200]);
    owner = await enter(ACME, `/org/${ACME}/models/echo`);
  }, 60_000);

  afterAll(async () => {
    await owner?.close();
    await buyer?.close();
  });

  it('says what is wrong with a price at its fields', async () => {
    await owner.press('button', 'Change the price');
    await owner.fill('Amount', '-1');
    await dialog().getByText('must not be negative: nobody is paid for a call').waitFor();
    await owner.fill('Amount', '0.002');
    await owner.fill('For how many', '0');
    await dialog().getByText('must be a whole number from 1 to 1000000000').waitFor();
    expect(await dialog().getByRole('button', { name: /^(Set|Announce) the price/ }).isEnabled()).toBe(false);
    await owner.fill('For how many', '1');
  }, 60_000);

  it('says what a dearer price does before it is announced: when it counts, and what past usage would have brought', async () => {
    await dialog().getByText('1.0.0 costs that from').waitFor();
    await dialog().getByText('What is dearer for others is announced first').waitFor();
    await dialog().getByText('$0.002 per request', { exact: true }).waitFor();
    const figures = dialog().locator('dl');
    await figures.getByText('$0.006', { exact: true }).waitFor();
    expect(await figures.locator('dd').allTextContents()).toEqual(['$0.003', '$0.006', '+$0.003']);
    await dialog().getByRole('button', { name: 'Charge another unit besides' }).click();
    await dialog().getByLabel('Amount').nth(1).fill('1');
    await dialog().getByLabel('Unit').nth(1).selectOption('megabyte');
    await dialog().getByText(/^3 calls cannot be simulated \(\$0\.003 was paid/).waitFor();
    await dialog().getByText(/3 calls of .*@1\.0\.0 have not counted megabytes/).waitFor();
    await owner.press('button', /^Remove megabytes/);
    expect(await owner.findings()).toEqual([]);
  }, 60_000);

  it('announces it, shows it, and takes it back', async () => {
    await owner.fill(/^Reason/, 'a new machine');
    await owner.press('button', 'Announce the price');
    await prices().getByText(/^From .* on: \$0\.002 per request · a new machine$/).waitFor();
    await owner.press('button', 'Withdraw what is announced for 1.0.0');
    await dialog().getByText(/^1\.0\.0 costs that at once\. What was announced for .* does not come\.$/).waitFor();
    await owner.press('button', 'Withdraw', dialog());
    await prices().getByText('From', { exact: false }).waitFor({ state: 'detached' });
  }, 60_000);

  it('sets a lower one at once, with free units, and keeps the history', async () => {
    await owner.press('button', 'Change the price');
    await owner.fill('Amount', '0.0005');
    await dialog().getByLabel('Some are free every month').check();
    await owner.fill(/^How many/, '4');
    await dialog().getByText('3 calls free').waitFor();
    await owner.press('button', 'Set the price');
    await prices().getByText('1.0.0 · $0.0005 per request, 4 requests free a month').waitFor();
    await prices().getByText('History').click();
    await prices().getByRole('row').filter({ hasText: '$0.001 per request' }).waitFor();
    expect(owner.complaints).toEqual([]);
  }, 60_000);

  it('says on the model page what a call would cost, and what is left of what is free', async () => {
    buyer = await enter(BUYER, `/models/${ACME}/echo`);
    await buyer.press('button', 'hello');
    const estimate = buyer.page.getByTestId('estimate');
    await estimate.getByText('This call costs nothing: the free units cover it.').waitFor();
    await estimate.getByText(/^Left of this month’s free units: 4/).waitFor();
    const budget = { name: 'all', scope: 'ORGANIZATION', period: 'MONTH', limit: '0.0031', currency: 'usd', hard: true, alertPercents: [] };
    for (let call = 0; call < 4; call += 1) await platform.predict(key, `${ACME}/echo`, { text: 'free' });
    const { createBudget } = await platform.graphql(key, 'mutation ($input: CreateBudgetInput!) { createBudget(input: $input) { __typename ... on BudgetInvalid { problems { message } } } }', { input: budget });
    expect(createBudget).toEqual({ __typename: 'BudgetSaved' });
    await buyer.page.reload();
    await buyer.press('button', 'hello');
    await estimate.getByText('This call costs $0.0005.').waitFor();
    await estimate.getByText('It would be refused: a budget has not enough left.').waitFor();
    expect([await buyer.findings(), buyer.complaints]).toEqual([[], []]);
  }, 60_000);

  it('tells what is earned, paid out and stated, on a phone and in Chinese too', async () => {
    await owner.goto(`/org/${ACME}/earnings`);
    await owner.page.getByText('Payments are not configured on this server').waitFor();
    await owner.page.getByText('There is none yet: the first is issued').waitFor();
    const phone = await Visitor.open(browser(), { url: platform.publicUrl, viewport: PHONE, locale: 'zh-CN' });
    await phone.context.addCookies(await owner.context.cookies());
    await phone.goto(`/org/${ACME}/models/echo`);
    await phone.press('button', '更改价格');
    await phone.page.getByRole('dialog').getByText('按过去的用量').waitFor();
    expect(await phone.page.evaluate('document.documentElement.scrollWidth <= window.innerWidth')).toBe(true);
    expect([await phone.findings(), phone.complaints, owner.complaints]).toEqual([[], [], []]);
    await phone.close();
  }, 60_000);
});
