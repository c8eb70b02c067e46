import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createClient } from '@steelyard/client';
import { embeddedTestServer, newName, repositoryRoot, SharedPlatform, writeEchoPackage } from '@steelyard/test-support';
import { describeBrowser, Visitor } from '@steelyard/test-support/browser';
import { copyPackage } from './copy-package.js';

const DIGITS = join(repositoryRoot, 'plugins/models/digits');
const ACME = newName('acme');
const OWNER = `owner@${ACME}.example`;

/** Sent in parts of 8 MiB: enough of them to lose the connection in between. */
const LARGE_BYTES = 64 * 1024 * 1024;

describeBrowser('what a provider does, in the portal', ({ browser }) => {
  let platform: SharedPlatform;
  let owner: Visitor;
  let key: string;

  const enter = async (path: string) => {
    const visitor = await Visitor.open(browser(), { url: platform.publicUrl });
    await visitor.goto(path);
    await visitor.signIn(OWNER);
    return visitor;
  };
  const choose = ({ page }: Visitor, dir: string) => page.locator('input[type=file][webkitdirectory]').setInputFiles(dir);
  const dialog = () => owner.page.getByRole('dialog');

  beforeAll(async () => {
    platform = await SharedPlatform.on(embeddedTestServer);
    key = await platform.openOrganization(ACME, '5');
    await platform.publish(key, DIGITS, '--public');
    await platform.publish(key, await copyPackage(DIGITS, (manifest) => manifest.replace('version: 1.0.0', 'version: 1.1.0')));
    owner = await enter(`/org/${ACME}/models/digits`);
  }, 90_000);

  afterAll(async () => {
    await owner?.close();
  });

  it('releases a version, and rolls back with a reason that the history keeps', async () => {
    const stable = owner.page.locator('[data-channel=stable]');
    await owner.press('button', 'Release', owner.page.locator('[data-version="1.1.0"]'));
    await owner.press('button', 'Release', dialog());
    await stable.getByText('1.1.0', { exact: true }).waitFor();
    await owner.press('button', 'Roll back', stable);
    await owner.fill('Reason', 'sevens read as ones');
    await owner.press('button', 'Roll back', dialog());
    await stable.getByText('1.0.0', { exact: true }).filter({ visible: true }).waitFor();
    await stable.getByText('History').click();
    await stable.getByRole('listitem').filter({ hasText: /rolled back 1\.1\.0 → 1\.0\.0, .*owner.* – sevens read as ones/i }).waitFor();
  }, 60_000);

  it('deprecates a version, and its page says what to use instead', async () => {
    await owner.press('button', 'Actions for 1.0.0');
    await owner.press('menuitem', 'Deprecate');
    await dialog().getByLabel('Successor').first().click();
    await owner.press('option', '1.1.0');
    await owner.press('button', 'Deprecate', dialog());
    await owner.page.locator('[data-version="1.0.0"]').getByText('successor 1.1.0').waitFor();
    await owner.goto(`/models/${ACME}/digits`);
    await owner.page.getByText(/^Version 1\.0\.0 ends on /).waitFor();
    await owner.press('link', 'Use 1.1.0 instead');
    await owner.page.waitForURL(`**/models/${ACME}/digits?version=1.1.0`);
  }, 60_000);

  it('makes a model unlisted and shares it; who gets it finds it, and reports it', async () => {
    await owner.goto(`/org/${ACME}/models/digits`);
    await owner.press('button', 'Change who sees it');
    await dialog().getByLabel('Visibility').selectOption('UNLISTED');
    await owner.press('button', 'Make unlisted', dialog());
    await owner.page.getByText('Unlisted', { exact: true }).waitFor();
    const friend = newName('friend');
    await platform.openOrganization(friend);
    await owner.fill('Share with', friend);
    await owner.press('button', 'Share');
    await owner.page.getByRole('listitem').filter({ hasText: friend }).waitFor();
    expect(await owner.findings()).toEqual([]);

    const receiver = await Visitor.open(browser(), { url: platform.publicUrl });
    await receiver.goto(`/?shared=yes`);
    await receiver.signIn(`owner@${friend}.example`);
    await receiver.page.getByText('Shared with you', { exact: true }).waitFor();
    await receiver.goto(`/models/${ACME}/digits`);
    await receiver.page.getByText(/^Trying the platform, teaching/).first().waitFor();
    await receiver.press('button', 'Report');
    await receiver.page.getByLabel('What it is about').selectOption('RIGHTS');
    await receiver.fill('What is wrong', 'The drawings are mine.');
    expect(await receiver.findings()).toEqual([]);
    await receiver.press('button', 'Send the report');
    await receiver.page.getByText('Your report was sent.').waitFor();
    expect(receiver.complaints).toEqual([]);
    await receiver.close();
  }, 60_000);

  it('learns why the operator took a model down, and appeals', async () => {
    const rule = (field: string, reason: string) => platform.graphql(platform.operatorKey, `mutation ($input: RulingInput!) { ${field}(input: $input) { id } }`, { input: { ref: `${ACME}/digits`, reason } });
    await rule('takeDownModel', 'the drawings are of others');
    await owner.goto(`/org/${ACME}/models/digits`);
    await owner.page.getByText('the drawings are of others').waitFor();
    expect(await owner.findings()).toEqual([]);
    await owner.press('button', 'Appeal');
    await owner.fill('What speaks for the model', 'They are from MNIST.');
    await owner.press('button', 'Send', dialog());
    await owner.page.getByText('They are from MNIST.').waitFor();
    await owner.goto(`/models/${ACME}/digits`);
    await owner.page.getByText('The operator has taken this model down: no call is answered').waitFor();
    await rule('restoreModel', 'so they are');
    await owner.goto(`/org/${ACME}/models/digits`);
    await owner.page.getByText('so they are').waitFor();
  }, 60_000);

  it('is told of a folder that is no package, and of the line that is wrong', async () => {
    await owner.goto(`/org/${ACME}/publish`);
    await owner.page.getByText('Drop the package’s folder here').waitFor();
    await choose(owner, join(DIGITS, 'samples'));
    await owner.page.getByRole('alert').filter({ hasText: 'There is no model.yaml in what was dropped.' }).waitFor();

    const wrong = await copyPackage(DIGITS, (manifest) => manifest.replace('memoryMb: 32', 'memoryMb: plenty'));
    await choose(owner, wrong);
    const editor = owner.page.getByRole('textbox', { name: 'model.yaml' });
    const text = await editor.inputValue();
    const line = text.split('\n').findIndex((written) => written.includes('plenty')) + 1;
    await owner.page.getByRole('button', { name: new RegExp(`^Line ${line}, column \\d+ resources`) }).waitFor();
    await owner.page.getByText('Mend what is named above first.').waitFor();
    await editor.fill(text.replace('plenty', '32'));
    await owner.page.getByText('No problems').waitFor();
    await owner.page.getByRole('button', { name: 'Publish digits@1.0.0' }).waitFor();
  }, 60_000);

  it('loses the connection while a file is sent, and goes on from where the server is', async () => {
    const weights = JSON.stringify({ version: '1.0.0', padding: 'x'.repeat(LARGE_BYTES) });
    const dir = await writeEchoPackage({ name: 'large', files: { 'weights.json': weights } });
    const offsets: number[] = [];
    owner.page.on('request', (request) => {
      if (request.method() === 'PATCH') offsets.push(Number(request.headers()['upload-offset']));
    });
    await choose(owner, dir);
    const midway = owner.page.waitForRequest((request) => request.method() === 'PATCH' && Number(request.headers()['upload-offset']) > 0);
    await owner.press('button', 'Publish large@1.0.0');
    await midway;
    await owner.context.setOffline(true);
    await owner.page.getByText(/^The connection is lost\./).waitFor();
    const before = offsets.length;
    await owner.context.setOffline(false);
    await owner.page.getByText('large@1.0.0 is published').waitFor({ timeout: 60_000 });
    const [next] = offsets.slice(before);
    expect(next).toBeGreaterThan(0);
  }, 90_000);

  it('draws a seven, and the model reads it', async () => {
    await owner.goto(`/models/${ACME}/digits`);
    const sheet = owner.page.getByRole('img', { name: 'Drawing area' });
    await sheet.scrollIntoViewIfNeeded();
    const { x, y } = (await sheet.boundingBox())!;
    const { mouse } = owner.page;
    await mouse.move(x + 85, y + 75);
    await mouse.down();
    await mouse.move(x + 195, y + 75, { steps: 8 });
    await mouse.move(x + 130, y + 215, { steps: 8 });
    await mouse.up();
    await owner.press('button', 'Run');
    expect(await owner.page.getByTestId('top-label').textContent()).toBe('7');
  }, 60_000);

  it('sees a program’s call and its charge arrive in the usage, and saves it as CSV', async () => {
    await owner.goto(`/org/${ACME}/usage`);
    const row = owner.page.getByRole('row').filter({ hasText: `${ACME}/digits` });
    await row.first().waitFor();
    const calls = await row.count();
    await createClient({ baseUrl: platform.publicUrl, apiKey: key }).run(`${ACME}/digits`, { image: readFileSync(join(DIGITS, 'samples/two.png')) });
    await row.nth(calls).waitFor();
    expect(await row.first().textContent()).toMatch(/0\.0002/);

    await owner.press('button', 'Save calls');
    const [download] = await Promise.all([owner.page.waitForEvent('download'), owner.press('menuitem', 'As CSV, for spreadsheets')]);
    const csv = readFileSync(await download.path(), 'utf8').trim().split('\n');
    expect(download.suggestedFilename()).toMatch(/\.csv$/);
    expect(csv.filter((line) => line.includes(`${ACME}/digits`))).toHaveLength(calls + 1);
  }, 60_000);

  it('and the console has nothing to complain of', () => expect(owner.complaints).toEqual([]));
});
