import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createClient } from '@steelyard/client';
import { verifyReceipt } from '@steelyard/client/receipts';
import { embeddedTestServer, newName, repositoryRoot, SharedPlatform } from '@steelyard/test-support';
import { describeBrowser, PHONE, Visitor } from '@steelyard/test-support/browser';

const MAKER = newName('maker');
const BUYER = newName('buyer');

describeBrowser('the receipt of a call', ({ browser }) => {
  let platform: SharedPlatform;
  let buyer: Visitor;

  beforeAll(async () => {
    platform = await SharedPlatform.on(embeddedTestServer);
    const [provider] = await Promise.all([platform.openOrganization(MAKER), platform.openOrganization(BUYER, '1')]);
    await platform.publish(provider, join(repositoryRoot, 'plugins/models/digits'), '--public');
    buyer = await Visitor.open(browser(), { url: platform.publicUrl, viewport: PHONE });
    await buyer.goto('/');
    await buyer.signIn(`owner@${BUYER}.example`);
  }, 90_000);

  afterAll(async () => {
    await buyer?.close();
  });

  it('is checked in the browser after a run, against what was sent and answered, and taken along', async () => {
    const { page } = buyer;
    await buyer.goto(`/models/${MAKER}/digits`);
    await buyer.press('button', /^Use sample: test image 0/);
    await buyer.press('button', 'Run');
    await buyer.press('button', 'Receipt', page.getByRole('region', { name: 'Result' }));
    const dialog = page.getByRole('dialog', { name: 'Receipt' });
    await dialog.getByText('this receipt is good').waitFor();
    for (const check of ['It is of this prediction.', 'It charges your organization.', 'It is of the input that was sent.', 'It is of the answer that came.', 'The platform signed just this.']) await dialog.getByText(check).waitFor();
    expect(await buyer.findings()).toEqual([]);
    const [saved] = await Promise.all([page.waitForEvent('download'), buyer.press('button', 'Save the signed receipt', dialog)]);
    const keys = await createClient({ baseUrl: platform.url }).receiptKeys();
    expect(await verifyReceipt(await readFile(await saved.path(), 'utf8'), { keys })).toMatchObject({ valid: true, receipt: { consumer: { handle: BUYER } } });
  });

  it('is in the list of calls', async () => {
    const { page } = buyer;
    await buyer.goto(`/org/${BUYER}/usage`);
    await buyer.press('button', 'Receipt', page.getByRole('table').last());
    await page.getByRole('dialog', { name: 'Receipt' }).getByText('this receipt is good').waitFor();
    expect(await buyer.findings()).toEqual([]);
    expect(buyer.complaints).toEqual([]);
  });
});
