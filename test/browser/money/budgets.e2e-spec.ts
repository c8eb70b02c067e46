import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { embeddedTestServer, newName, SharedPlatform, writeEchoPackage } from '@steelyard/test-support';
import { describeBrowser, PHONE, Visitor } from '@steelyard/test-support/browser';

const ACME = newName('acme');
const OWNER = `owner@${ACME}.example`;

describeBrowser('budgets in the portal', ({ browser }) => {
  let platform: SharedPlatform;
  let key: string;
  let owner: Visitor;
  let receiver: Server;
  /** What the receiver answers. */
  let status = 204;
  const received: string[] = [];

  beforeAll(async () => {
    receiver = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => (body += String(chunk))).on('end', () => (received.push(body), response.writeHead(status).end()));
    });
    await new Promise<void>((listening) => receiver.listen(0, '127.0.0.1', listening));
    platform = await SharedPlatform.on(embeddedTestServer);
    key = await platform.openOrganization(ACME, '5.00');
    await platform.publish(key, await writeEchoPackage({ amount: '0.001' }));
    owner = await Visitor.open(browser(), { url: platform.publicUrl });
    await owner.goto(`/org/${ACME}/budgets`);
    await owner.signIn(OWNER);
  }, 60_000);

  afterAll(async () => {
    await owner?.close();
    receiver.closeAllConnections();
    receiver.close();
  });

  it('says what there is to do while there is none, and all that is wrong with one at once', async () => {
    await owner.page.getByRole('heading', { name: 'No budgets yet' }).waitFor();
    await owner.press('button', 'Create a budget');
    await owner.fill('Name', 'all calls');
    await owner.fill('Limit in USD', '-1');
    await owner.fill('Send alerts to', 'http://example.com/hook');
    await owner.press('button', 'Create a budget', owner.page.getByRole('dialog'));
    await owner.page.getByText('The limit must be above 0').waitFor();
    await owner.page.getByText('The address must begin with https://').waitFor();
  }, 60_000);

  it('says what will happen, does it, and shows the secret once', async () => {
    await owner.fill('Limit in USD', '0.003');
    await owner.fill('Send alerts to', `http://localhost:${(receiver.address() as AddressInfo).port}/hook`);
    const dialog = owner.page.getByRole('dialog');
    await dialog.getByText('Of all calls, those that would cost more than 0.003 USD a month together are refused.').waitFor();
    await dialog.getByText('At 80, 100 percent an alert is shown here and sent to the address.').waitFor();
    await owner.press('button', 'Create a budget', dialog);
    expect(await owner.page.getByRole('region', { name: 'Secret', exact: true }).textContent()).toMatch(/^whsec_[\w+/]{43}=$/);
    await owner.press('button', 'I have stored it');
    await owner.page.getByRole('heading', { name: 'all calls' }).waitFor();
    await owner.page.getByRole('img', { name: '0% used, 0% held' }).waitFor();
    expect(await owner.findings()).toEqual([]);
  }, 60_000);

  it('shows use, alerts and whether they were delivered', async () => {
    const calls = await Promise.all(Array.from({ length: 4 }, () => platform.predict(key, `${ACME}/echo`, { text: 'hello' })));
    expect(calls.map((call) => call.status).sort()).toEqual([200, 200, 200, 402]);
    await owner.page.getByRole('img', { name: '100% used, 0% held' }).waitFor();
    await owner.page.getByText(/100% used .*delivered|a call was refused .*delivered/).first().waitFor();
  }, 60_000);

  it('tries the address, and says what went wrong', async () => {
    await owner.press('button', 'Test the webhook: all calls');
    await owner.page.getByText('The address answered 204.').waitFor();
    status = 500;
    await owner.press('button', 'Test the webhook: all calls');
    await owner.page.getByText('The test did not arrive. It answered 500').waitFor();
    expect(received.map((body) => (JSON.parse(body) as { type: string }).type)).toContain('budget.test');
  }, 60_000);

  it('refuses a limit below what is used, takes another, and ends', async () => {
    await owner.press('button', 'Change: all calls');
    await owner.fill('Limit in USD', '0.001');
    await owner.press('button', 'Save', owner.page.getByRole('dialog'));
    await owner.page.getByText('The limit is below the 0.003 that is used already').waitFor();
    await owner.fill('Limit in USD', '0.005');
    await owner.press('button', 'Save', owner.page.getByRole('dialog'));
    await owner.page.getByRole('img', { name: '60% used, 0% held' }).waitFor();
    await owner.press('button', 'End: all calls');
    await owner.press('button', 'End', owner.page.getByRole('dialog'));
    await owner.page.getByRole('heading', { name: 'No budgets yet' }).waitFor();
    await owner.press('button', 'Show budgets that have ended');
    await owner.page.getByRole('heading', { name: 'all calls' }).waitFor();
    expect(await owner.page.getByRole('button', { name: /^(Change|End|Test)/ }).count()).toBe(0);
    expect(owner.complaints).toEqual([]);
  }, 60_000);

  it('fits a phone', async () => {
    const phone = await Visitor.open(browser(), { url: platform.publicUrl, viewport: PHONE, locale: 'zh-CN' });
    await phone.context.addCookies(await owner.context.cookies());
    await phone.goto(`/org/${ACME}/budgets`);
    await phone.page.getByRole('heading', { name: '还没有预算' }).waitFor();
    await phone.press('button', '创建预算');
    await phone.page.getByRole('dialog').getByText('将会发生什么').waitFor();
    expect(await phone.page.evaluate('document.documentElement.scrollWidth <= window.innerWidth')).toBe(true);
    expect(phone.complaints).toEqual([]);
    await phone.close();
  }, 60_000);
});
