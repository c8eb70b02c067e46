/**
 * `node tools/screenshots/take-screenshots.mjs`: pictures of the main screens for docs/images, of a demonstration that it starts. Needs Chromium
 * at /usr/bin/chromium or in STEELYARD_TEST_CHROMIUM, and a font with Chinese characters. The pictures of each step of the way to a first charged call are taken by the suite of that way:
 * `STEELYARD_PICTURES=docs/images npm test -- test/browser/first-model`.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { chromium } from 'playwright-core';
import { environment, prepare, root } from '../bootstrap/prepare.mjs';

const OUT = join(root, 'docs/images');
const DESKTOP = { width: 1280, height: 900 };
const PHONE = { width: 390, height: 800 };

prepare();
mkdirSync(OUT, { recursive: true });
const dataDir = mkdtempSync(join(root, '.steelyard-demo-'));
const demo = spawn(process.execPath, ['tools/bootstrap/demo.mjs', '--data-dir', dataDir], { cwd: root, env: environment, stdio: ['ignore', 'ignore', 'pipe'] });
try {
  const url = await portalOf(demo);
  const browser = await chromium.launch({ executablePath: process.env.STEELYARD_TEST_CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
  await picturesOf(browser, url);
  await browser.close();
} finally {
  demo.kill('SIGTERM');
  await new Promise((resolve) => demo.once('exit', resolve));
  rmSync(dataDir, { recursive: true, force: true });
}

function portalOf(child) {
  return new Promise((resolve, reject) => {
    createInterface(child.stderr).on('line', (line) => {
      const url = /the portal\s+(\S+)/.exec(line)?.[1];
      if (url) resolve(url);
    });
    child.once('exit', (code) => reject(new Error(`the demo ended with code ${code}`)));
  });
}

async function picturesOf(browser, url) {
  const visitor = async (email, options = {}) => {
    const context = await browser.newContext({ viewport: DESKTOP, colorScheme: 'light', locale: 'en-GB', reducedMotion: 'reduce', ...options });
    const page = await context.newPage();
    await page.goto(`${url}/auth/sign-in?return=/`);
    await page.getByLabel('E-mail').fill(email);
    await page.keyboard.press('Enter');
    await page.waitForURL(`${url}/**`);
    return page;
  };
  const take = async (page, path, name, ready) => {
    await page.goto(url + path);
    await ready?.(page);
    await page.waitForLoadState('networkidle');
    await page.evaluate('window.scrollTo(0, 0)');
    await page.screenshot({ path: join(OUT, `${name}.png`) });
    console.log(name);
  };
  const heading = (page) => page.getByRole('heading', { level: 1 }).waitFor();
  const run = async (page) => {
    await page.getByRole('button', { name: /^Use sample: test image 0/ }).click();
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await page.getByTestId('top-label').waitFor();
  };

  const consumer = await visitor('ben@clinic.example');
  // Live figures are counted every quarter of a minute.
  while ((await consumer.getByText('last 7 days').count()) < 2) {
    await consumer.waitForTimeout(2_000);
    await consumer.goto(url);
    await heading(consumer);
    await consumer.waitForLoadState('networkidle');
  }
  await take(consumer, '/', 'catalog', heading);
  await take(consumer, '/models/harbour/digits', 'playground', run);
  await take(consumer, '/org/clinic/usage', 'usage', heading);
  const provider = await visitor('ada@harbour.example');
  await take(provider, '/org/harbour/earnings', 'earnings', heading);
  await take(provider, '/org/harbour/models/digits', 'versions', heading);
  await take(provider, '/org/harbour/settings', 'organization', heading);
  const dark = await visitor('ada@harbour.example', { colorScheme: 'dark', locale: 'zh-CN' });
  await take(dark, '/org/harbour', 'overview-dark-chinese', heading);
  const phone = await visitor('ben@clinic.example', { viewport: PHONE, isMobile: true, hasTouch: true });
  await take(phone, '/models/harbour/digits', 'playground-phone', run);
}
