import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { emptyDatabaseUrl, RunningPlatform, writeEchoPackage } from '@steelyard/test-support';
import { describeBrowser, Visitor } from '@steelyard/test-support/browser';

const ACME = 'acme';
const OWNER = `owner@${ACME}.example`;
const WORDS = 'once upon a time there was a balance that never lied';

describeBrowser('the engine, in the portal', ({ browser }) => {
  let platform: RunningPlatform;
  let visitor: Visitor;

  beforeAll(async () => {
    // Of its own, as it measures batches when a version is published; the shared one does not.
    platform = await RunningPlatform.start({ databaseUrl: await emptyDatabaseUrl(), env: { STEELYARD_MEASURE_MS: '300' } });
    const key = await platform.openOrganization(ACME, '5');
    await platform.publish(key, await writeEchoPackage({ name: 'parrot', options: { parts: true, partDelayMs: 150 } }), '--public');
    visitor = await Visitor.open(browser(), { url: platform.publicUrl });
    await visitor.goto(`/models/${ACME}/parrot`);
    await visitor.signIn(OWNER);
  }, 90_000);

  afterAll(async () => {
    await visitor?.close();
    await platform?.stop();
  });

  it('text is shown as it is written, and is charged', async () => {
    const { page } = visitor;
    await visitor.fill('text', WORDS);
    await visitor.press('button', 'Run');
    // Some of it is there before all of it is.
    await page.locator('[data-parts]').filter({ hasText: /^once upon/ }).filter({ hasNotText: 'lied' }).waitFor();
    await page.getByText('Cost', { exact: true }).waitFor();
    await page.getByText(WORDS).first().waitFor();
  }, 60_000);

  it('stopped, it keeps what had come', async () => {
    const { page } = visitor;
    await visitor.fill('text', Array(5).fill(WORDS).join(' '));
    await visitor.press('button', 'Run');
    await page.locator('[data-parts]').filter({ hasText: /^once upon/ }).waitFor();
    await visitor.press('button', 'Stop');
    await page.getByText('Stopped. What had come by then is above, and was charged.').waitFor();
  }, 60_000);

  it('a version says how quick it is', async () => {
    const { page } = visitor;
    await page.getByRole('tab', { name: 'Speed' }).click();
    await page.getByText('Cold start').waitFor();
    await page.getByText('Runs on').waitFor();
    await page.getByRole('region', { name: 'Batches' }).getByRole('row').nth(1).waitFor();
    expect(await visitor.findings()).toEqual([]);
  }, 60_000);

  it('the operator sees models, memory and protections live, and pins and unloads', async () => {
    const { page } = visitor;
    await visitor.goto('/operator');
    await visitor.fill("Operator's key", platform.operatorKey);
    await visitor.press('button', 'Use this key');
    const row = page.getByRole('row').filter({ hasText: `${ACME}/parrot@1.0.0` });
    await row.getByText('Ready').waitFor();
    await row.getByRole('button', { name: /^Pin/ }).click();
    await row.getByRole('button', { name: /^Unpin/ }).click();
    await row.getByRole('button', { name: /^Pin/ }).waitFor();
    await row.getByRole('button', { name: /^Unload/ }).click();
    await row.getByText('Not loaded').waitFor();
    await page.getByText('Memory limit').waitFor();
    await page.getByRole('row').filter({ hasText: /^onnx/ }).waitFor();
    expect(await visitor.findings()).toEqual([]);
  }, 60_000);
});
