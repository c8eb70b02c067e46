import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { sealDocument, type IssuedDocument } from '@steelyard/invoice';
import { canonicalJson } from '@steelyard/kernel';
import { openDatabase, type Database } from '@steelyard/platform-database';
import { startStripeDouble, type StripeDouble } from '@steelyard/stripe-double';
import { emptyDatabaseUrl, RunningPlatform, writeEchoPackage } from '@steelyard/test-support';
import { describeBrowser, PHONE, Visitor } from '@steelyard/test-support/browser';
import { month, writePastCalls } from '../../money/past-calls.js';
import { problemsOf, survey } from '../survey.js';

describeBrowser('the wallet and its invoices', ({ browser }) => {
  let double: StripeDouble;
  let platform: RunningPlatform;
  let database: Database;
  let payer: Visitor;
  const last = month(-1);

  beforeAll(async () => {
    double = await startStripeDouble();
    const databaseUrl = await emptyDatabaseUrl();
    // Stripe cannot send its webhooks here: what is in the wallet came there because the payer came back.
    platform = await RunningPlatform.start({
      databaseUrl,
      env: { STEELYARD_STRIPE_SECRET_KEY: double.apiKey, STEELYARD_STRIPE_API_BASE: double.url, STEELYARD_CLOSE_AFTER_HOURS: '744' },
    });
    const maker = await platform.openOrganization('maker');
    await platform.publish(maker, await writeEchoPackage({ amount: '0.0125' }), '--public');
    await platform.openOrganization('acme');
    database = await openDatabase({ url: databaseUrl, dataDir: platform.dataDir });
    // Of a month that is over and was not paid for: 28.00, without rounding. Its invoice is made while the wallet is looked at.
    await writePastCalls(database.pool, { consumer: 'acme', count: 2_240, at: last.at, amountNano: 12_500_000n });
    await platform.graphql(platform.operatorKey, 'mutation ($period: Int!) { closePeriod(period: $period) { period } }', { period: last.period });
    payer = await Visitor.open(browser(), { url: platform.publicUrl });
    await payer.goto('/org/acme/wallet');
    await payer.signIn('owner@acme.example');
  }, 60_000);

  afterAll(async () => {
    await payer?.close();
    await database?.close();
    await platform?.stop();
    await double?.stop();
  });

  const looksWell = async (screen: string) => expect(problemsOf(await survey(payer, screen))).toEqual([]);
  const available = (amount: string) => payer.page.locator('dl > div', { hasText: 'Available' }).getByText(amount, { exact: true }).waitFor();
  const dialog = () => payer.page.getByRole('dialog', { name: 'Top up' });
  const payments = () => payer.page.getByRole('region', { name: 'Payments' }).getByRole('row');

  it('says what cannot be paid, and leads to Stripe’s page once, however often it is pressed', async () => {
    const { page } = payer;
    await available('-$28.00');
    await page.getByText('The wallet is below zero').waitFor();
    await payer.press('button', 'Top up');
    for (const [amount, problem] of [['0.99', 'the least is 1.00'], ['10000.01', 'the most is 10000.00'], ['5.001', 'whole cents'], ['ten', 'such as 25.00']]) {
      await payer.fill('Amount in USD', amount!);
      await payer.press('button', 'Go to Stripe’s page', dialog());
      await dialog().getByText(problem!).last().waitFor();
    }
    await payer.press('button', '25.00', dialog());
    await dialog().getByText('you pay $25.00, and then back here').waitFor();
    await looksWell('topping up');
    // The first try is not answered, and made again without a press.
    double.control.fail('checkout.sessions.create', 'server-error-before');
    await dialog().getByRole('button', { name: 'Go to Stripe’s page' }).dblclick();
    await page.getByRole('heading', { name: 'Stripe double' }).waitFor();
    expect(double.control.store.all('checkout.session')).toHaveLength(1);
  });

  it('is told of by who comes back without paying, and filled when they have paid', async () => {
    const { page } = payer;
    await payer.press('link', 'Back');
    await page.getByText('You came back without paying').waitFor();
    await available('-$28.00');
    await payer.press('link', 'Go on paying');
    await page.getByLabel('Card').selectOption('pm_card_chargeDeclined');
    await payer.press('button', 'Pay 25.00 USD');
    await page.getByRole('alert').waitFor();
    await page.getByLabel('Card').selectOption('pm_card_visa');
    await payer.press('button', 'Pay 25.00 USD');
    await page.getByText('is in the wallet.').waitFor();
    await available('-$3.00');
    await payments().getByText('paid', { exact: true }).waitFor();
    expect(await payments().count()).toBe(2);
    await payer.press('button', /^Details: \$25\.00/);
    expect(await page.getByRole('link', { name: 'Receipt by Stripe' }).getAttribute('href')).toMatch(/\/receipt\/ch_/);
    await looksWell('a payment');
    await payer.press('button', 'Close', page.getByRole('dialog'));
    await payer.press('button', 'Close', page.getByRole('status'));
    expect(new URL(page.url()).search).toBe('');
  });

  it('is filled by the saved card, once though the first answer was lost, and says why another amount must wait', async () => {
    const { page } = payer;
    await payer.press('button', 'Top up');
    await payer.fill('Amount in USD', '10');
    await dialog().getByText(/\$10\.00 are charged to visa ···· \d{4} at once/).waitFor();
    let isLost = false;
    await page.route('**/graphql', async (route) => {
      if (isLost || !route.request().postData()?.includes('idempotencyKey')) return route.fallback();
      isLost = true;
      await route.fetch();
      await route.abort();
    });
    await payer.press('button', 'Pay $10.00', dialog());
    await dialog().getByText('That did not work').waitFor();
    await payer.fill('Amount in USD', '11');
    await payer.press('button', 'Pay $11.00', dialog());
    await dialog().getByText('So that nothing is charged twice').waitFor();
    await payer.fill('Amount in USD', '10');
    await payer.press('button', 'Pay $10.00', dialog());
    await page.getByText('$10.00 are in the wallet.').waitFor();
    await available('$7.00');
    expect(await payments().count()).toBe(3);
    expect(double.control.store.all('payment_intent').filter(({ status }) => status === 'succeeded')).toHaveLength(2);
  });

  it('shows why a card was declined, and takes another afterwards', async () => {
    const { page } = payer;
    const [customer] = double.control.store.all('customer');
    const attached = await fetch(`${double.url}/v1/payment_methods/pm_card_chargeCustomerFail/attach`, {
      method: 'POST', headers: { authorization: `Bearer ${double.apiKey}` }, body: new URLSearchParams({ customer: customer!.id }),
    });
    expect(attached.status).toBe(200);
    await page.reload();
    await payer.press('button', 'Top up');
    await dialog().getByRole('radio').first().waitFor();
    await payer.press('button', /^Pay/, dialog());
    await dialog().getByText('Nothing was charged', { exact: true }).waitFor();
    await dialog().getByText(/declined/).waitFor();
    await dialog().getByRole('radio').nth(1).check();
    await payer.press('button', /^Pay/, dialog());
    await page.getByText('$25.00 are in the wallet.').waitFor();
    await available('$32.00');
  });

  it('has an invoice of a closed month, which is computed again in the browser', async () => {
    const { page } = payer;
    await issued();
    await payer.goto('/org/acme/invoices');
    await payer.press('link', /^SY-\d{4}-000001$/);
    await page.getByRole('cell', { name: 'maker/echo@1.0.0' }).waitFor();
    await payer.press('button', 'Verify in this browser');
    const verdict = page.getByRole('status');
    for (const text of ['everything is as the file says', 'Calls: 2,240, each rated again', 'The platform says the same hash.']) await verdict.getByText(text).waitFor();
    await looksWell('an invoice, verified');
  });

  it('is downloaded, and verified without the server, as is whatever was changed of it', async () => {
    const { page } = payer;
    const [saved] = await Promise.all([page.waitForEvent('download'), payer.press('button', 'Download the file')]);
    const text = await readFile(await saved.path(), 'utf8');
    await payer.press('link', 'All invoices');
    await page.locator('button:enabled', { hasText: 'Choose a file' }).waitFor();
    await payer.context.setOffline(true);
    const choose = async (name: string, content: string) => page.getByLabel('Choose a file').and(page.locator('input')).setInputFiles({ name, mimeType: 'application/jsonl', buffer: Buffer.from(content) });

    await choose(saved.suggestedFilename(), text);
    await page.getByRole('status').getByText('The platform says the same hash.').waitFor();
    // One digit of one call, in the middle.
    const lines = text.split('\n');
    await choose('changed.jsonl', lines.with(1_000, lines[1_000]!.replace('"amountNano":"12500000"', '"amountNano":"12500001"')).join('\n'));
    const alert = page.getByRole('alert');
    await alert.getByText('changed.jsonl').waitFor();
    await alert.getByText(/The first difference, in line 1,001: [-0-9a-f]{36} its request costs 12500000 by its price/).waitFor();
    await alert.getByText('Before it, 998 calls were rated again').waitFor();
    expect(await alert.getByText('The platform says').count()).toBe(0);
    await looksWell('an invoice that was changed');

    await choose('forged.jsonl', [forge(lines[0]!), ...lines.slice(1)].join('\n'));
    await alert.getByText('The platform knows this number by another hash').waitFor();
    await choose('a picture.png', '\u0089PNG');
    await alert.getByText('The first difference, in line 1: the line is no JSON').waitFor();
    await payer.context.setOffline(false);
    expect(payer.complaints).toEqual([]);
  });

  it('fits a phone', async () => {
    const phone = await Visitor.open(browser(), { url: platform.publicUrl, viewport: PHONE, locale: 'zh-CN' });
    await phone.context.addCookies(await payer.context.cookies());
    const fits = async () => expect(await phone.page.evaluate('document.documentElement.scrollWidth <= window.innerWidth')).toBe(true);
    await phone.goto('/org/acme/wallet');
    await phone.press('button', '充值');
    await phone.page.getByText('将会发生什么').waitFor();
    await fits();
    await phone.goto('/org/acme/invoices');
    await phone.press('link', /^SY-\d{4}-000001$/);
    await phone.press('button', '在此浏览器中核验');
    await phone.page.getByText('全部与文件所述相符').waitFor();
    await fits();
    expect(await phone.findings()).toEqual([]);
    expect(phone.complaints).toEqual([]);
    await phone.close();
  });

  async function issued(): Promise<void> {
    for (;;) {
      const { periods } = await platform.graphql<{ periods: { period: number; documents: number; issued: number }[] }>(platform.operatorKey, '{ periods { period documents issued } }');
      if (periods.some(({ period, documents, issued }) => period === last.period && documents > 0 && issued === documents)) return;
      await pause(50);
    }
  }
});

/** The same document of somebody else, with a hash that fits: it adds up, and was never issued. */
function forge(line: string): string {
  const { type: _type, hash: _hash, header, result, ...facts } = JSON.parse(line) as IssuedDocument;
  return canonicalJson(sealDocument(header, { ...facts, organization: { handle: 'other', name: 'Somebody else' } }, result));
}
