import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { flushUsage } from '@steelyard/domain-metering';
import { newId } from '@steelyard/kernel';
import { startStripeDouble, type StripeDouble } from '@steelyard/stripe-double';
import { describeDatabase, embeddedTestServer, RunningPlatform, writeEchoPackage } from '@steelyard/test-support';
import { describeBrowser, PHONE, Visitor } from '@steelyard/test-support/browser';

const DAY_MS = 24 * 60 * 60 * 1_000;

/** The middle of the month before this one. */
const lastMonth = () => {
  const now = new Date();
  const at = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1, 15));
  const name = new Intl.DateTimeFormat('en', { year: 'numeric', month: 'long', timeZone: 'UTC' }).format(at);
  return { at: at.getTime(), name };
};

describeBrowser('the operator and the money', ({ browser }) => {
  describeDatabase('of a month', (context) => {
    const last = lastMonth();
    const calls = [newId(last.at), newId(last.at + 1)] as const;
    let double: StripeDouble;
    let platform: RunningPlatform;
    let operator: Visitor;
    const region = (name: string | RegExp) => operator.page.getByRole('region', { name });
    const card = () => operator.page.getByRole('listitem', { name: last.name });
    const dialog = () => operator.page.getByRole('dialog');
    const press = (name: string | RegExp) => operator.press('button', name);

    beforeAll(async () => {
      // Stripe's day is over when ours begins: what is paid now is of a day that can be held against it.
      double = await startStripeDouble({ clock: { nowMs: () => Date.now() - DAY_MS }, seed: 5 });
      const env = { STEELYARD_STRIPE_SECRET_KEY: double.apiKey, STEELYARD_STRIPE_API_BASE: double.url, STEELYARD_CLOSE_AFTER_HOURS: '744' };
      platform = await RunningPlatform.start({ databaseUrl: context.url(), env });
      const [provider, consumer] = [await platform.openOrganization('maker'), await platform.openOrganization('acme', '10.00')];
      await platform.publish(provider, await writeEchoPackage({ amount: '1.25' }), '--public');
      await writeCalls();
      await pay(consumer);
      operator = await Visitor.open(browser(), { url: platform.publicUrl });
      await operator.goto('/operator/ledger');
      await operator.fill("Operator's key", platform.operatorKey);
      await press('Use this key');
    }, 90_000);

    afterAll(async () => {
      await operator?.close();
      await platform?.stop();
      await double?.stop();
    });

    /** The clock cannot be put back: calls of last month are written as metering would have written them. */
    async function writeCalls(): Promise<void> {
      const { pool } = context.database();
      const { rows } = await pool.query<{ consumer: string; provider: string; model: string; version: string; price: string }>(
        `SELECT o.id AS consumer, p.tenant_id AS provider, v.model_id AS model, v.id AS version, p.id AS price FROM price AS p JOIN model_version AS v ON v.id = p.version_id, organization AS o WHERE o.handle = 'acme'`,
      );
      const { consumer, provider, model, version, price } = rows[0]!;
      const ids = { consumerTenantId: consumer, providerTenantId: provider, keyId: 'key', modelId: model, versionId: version, priceId: price };
      const charge = { status: 'succeeded', unit: 'request', quantity: 1n, amountNano: 1_250_000_000n, feeNano: 187_500_000n, currency: 'usd' } as const;
      await flushUsage(pool, calls.map((eventId, n) => ({ eventId, ...ids, ...charge, queueMicros: 1, computeMicros: 1, totalMicros: 1, occurredAtMs: last.at + n })));
      await pool.query('SELECT usage_recover($1, $2, $3, $4)', [[newId()], [consumer], ['void'], ['begun, and never ended']]);
    }

    /** A payment of 20.00 by checkout, which the payer has come back from. */
    async function pay(consumer: string): Promise<void> {
      const { topUp } = await platform.graphql(consumer, 'mutation { topUp(input: { amount: "20.00", idempotencyKey: "first" }) { id } }');
      double.control.pay(double.control.store.all('checkout.session')[0]!.id);
      const { refreshPayment } = await platform.graphql(consumer, 'mutation ($id: ID!) { refreshPayment(id: $id) { state } }', { id: topUp.id });
      expect(refreshPayment.state).toBe('SUCCEEDED');
    }

    it('sees that the ledger balances, and where the money stands', async () => {
      await operator.page.getByText(/^Balanced/).waitFor();
      await region('Accounts in USD').getByRole('row', { name: /^At Stripe.* -\$20\.00/ }).waitFor();
      await region('Accounts in USD').getByRole('row', { name: /^Platform fees.* \$0\.375/ }).waitFor();
      await operator.page.getByText('The sums of the last 7 days are what their calls add up to.').waitFor();
    });

    it('finds nothing stuck, and what a crash has ended', async () => {
      await operator.press('link', 'What is stuck');
      await operator.page.getByRole('heading', { name: 'Nothing is stuck' }).waitFor();
      await region('Calls that a crash has ended').getByText('begun, and never ended').waitFor();
    });

    it('closes a month, knowing what it means, and sees its documents issued', async () => {
      await operator.press('link', 'Months and payouts');
      await press(`Close the month: ${last.name}`);
      await dialog().getByText('It cannot be opened again.').waitFor();
      expect(await operator.findings()).toEqual([]);
      await operator.press('button', 'Close the month', dialog());
      await card().getByText('Documents issued: 2 of 2.').waitFor();
    });

    it('prepares its payouts, and marks one as paid with a reference', async () => {
      await press(`Payouts: ${last.name}`);
      await operator.press('button', 'Prepare payouts', card());
      await operator.press('button', 'Prepare payouts', dialog());
      const row = region(`Payouts of ${last.name}`).getByRole('row');
      await row.getByText('The provider has to set up payouts first').waitFor();
      await press('Mark as paid: maker');
      expect(await dialog().getByRole('button', { name: 'Mark as paid' }).isDisabled()).toBe(true);
      await operator.fill('Reference', 'SEPA 4711');
      await operator.press('button', 'Mark as paid', dialog());
      await row.getByText('By other means: SEPA 4711').waitFor();
      expect(await row.textContent()).toMatch(/^maker\$2\.12Paid/);
      expect(await operator.findings()).toEqual([]);
    });

    it('takes a charge back and sees its credit note', async () => {
      await operator.press('link', 'Corrections and refunds');
      await operator.fill('Id of the call', newId());
      await press('Find the call');
      await operator.page.getByText('There is no call of this id.').waitFor();
      await operator.fill('Id of the call', calls[0]);
      await press('Find the call');
      await press('Take the charge back');
      await operator.fill('Reason', 'the model answered with noise');
      await operator.press('button', 'Take the charge back', dialog());
      await region('Call').getByText(/credit note SY-CN-\d{4}-000001: the model answered with noise/).waitFor();
      expect(await operator.findings()).toEqual([]);
    });

    it('refunds a payment, and no more than is left of it', async () => {
      await operator.fill('Organization', 'acme');
      await press('Find its payments');
      await press('Refund: 20.00 usd');
      await operator.fill('Amount in USD', '20.01');
      await operator.fill('Reason', 'asked for');
      await operator.press('button', 'Refund', dialog());
      await dialog().getByText('20.01 usd cannot be refunded: 20.00 usd of the payment is left').waitFor();
      await operator.fill('Amount in USD', '5.00');
      await operator.press('button', 'Refund', dialog());
      await region('Payments').getByText('5.00 (refunded): asked for').waitFor();
      expect(double.control.store.all('refund')).toMatchObject([{ amount: 5_00 }]);
    });

    it('holds the day against Stripe, to no difference', async () => {
      await operator.press('link', 'Reconciliation');
      await press('Compare now');
      const day = new Date(Date.now() - DAY_MS).toISOString().slice(0, 10);
      await operator.page.getByRole('listitem').filter({ hasText: day }).getByText('Agrees').waitFor();
      await operator.page.getByRole('listitem').filter({ hasText: 'Compared: 2.' }).waitFor();
      expect(await operator.findings()).toEqual([]);
    });

    it('does something about what is stuck', async () => {
      const { pool } = context.database();
      await pool.query(`UPDATE payment_operation SET state = 'stuck', error = 'look for it' WHERE kind = 'refund'`);
      await pool.query(`INSERT INTO stripe_event (id, type, object_id, origin, created_at, attempts, next_at, error) VALUES ('evt_1', 'charge.refunded', 'ch_1', 'webhook', now(), 3, now() + interval '1 hour', 'nobody knows it')`);
      await operator.press('link', 'What is stuck');
      await region('Stripe has said something').getByText('nobody knows it').waitFor();
      await press(/^Give up: refund:/);
      await operator.fill('Reason', 'not in the dashboard');
      expect(await operator.findings()).toEqual([]);
      await operator.press('button', 'Give up', dialog());
      // It is at Stripe after all, and so it stays.
      await operator.page.getByText('Stripe has done it; it is finished.').waitFor();
      await pool.query(`UPDATE stripe_event SET applied_at = now() WHERE id = 'evt_1'`);
      const { payments } = await platform.graphql(platform.operatorKey, '{ payments: organizationPayments(handle: "acme") { nodes { refunds { state } } } }');
      expect(payments.nodes).toEqual([{ refunds: [{ state: 'SUCCEEDED' }] }]);
    });

    it('reads it in Chinese on a phone, and forgets the key', async () => {
      const phone = await Visitor.open(browser(), { url: platform.publicUrl, viewport: PHONE, locale: 'zh-CN' });
      await phone.goto('/operator/months');
      await phone.fill('运营者密钥', 'steelyard_nonsense');
      await phone.press('button', '使用此密钥');
      await phone.page.getByRole('alert').waitFor();
      await phone.press('button', '清除密钥');
      await phone.fill('运营者密钥', platform.operatorKey);
      await phone.press('button', '使用此密钥');
      await phone.press('button', /^付款：|^付款: /);
      await phone.page.getByText('SEPA 4711').waitFor();
      expect(await phone.page.evaluate('document.documentElement.scrollWidth <= window.innerWidth')).toBe(true);
      expect([...operator.complaints, ...phone.complaints]).toEqual([]);
      await phone.close();
    });
  }, [embeddedTestServer]);
});
