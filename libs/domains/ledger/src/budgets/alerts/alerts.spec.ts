import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { newId } from '@steelyard/kernel';
import { silentLogger } from '@steelyard/platform-observability';
import { showWebhookSecret } from '@steelyard/platform-http';
import { describeDatabase } from '@steelyard/test-support';
import { Webhook } from 'standardwebhooks';
import { openBudgets } from '../budget-ports.fixture.js';
import type { BudgetDraft } from '../check-draft.js';
import { BudgetAlerts } from './budget-alerts.job.js';
import { DeliverAlerts } from './deliver-alerts.js';
import { ListAlerts } from './list-alerts.js';

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What receivers do, by the library that is not ours. */
function isGenuine({ headers, body }: Received, secret: string): boolean {
  try {
    new Webhook(secret).verify(body, headers as Record<string, string>);
    return true;
  } catch {
    return false;
  }
}

describeDatabase('alerts of budgets', (context) => {
  let place: ReturnType<typeof openBudgets>;
  let alerts: BudgetAlerts;
  let delivery: DeliverAlerts;
  let server: Server;
  let received: Received[];
  /** What the receiver answers, one after the other; 200 when there is nothing. */
  let statuses: number[];
  const pool = () => context.database().pool;

  beforeEach(async () => {
    await pool().query('UPDATE budget_alert SET next_attempt_at = NULL, delivery = $1', ['none']);
    place = openBudgets(context.database());
    delivery = new DeliverAlerts(context.database(), place.webhook, silentLogger);
    alerts = new BudgetAlerts(context.database(), silentLogger, place.ledger);
    [received, statuses] = [[], []];
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => (body += String(chunk))).on('end', () => {
        received.push({ headers: request.headers, body });
        response.writeHead(statuses.shift() ?? 200).end();
      });
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  });
  afterEach(() => new Promise((closed) => (server.closeAllConnections(), server.close(closed))));

  const address = () => `http://localhost:${(server.address() as AddressInfo).port}/hook`;

  async function open(change: Partial<BudgetDraft> = {}) {
    const draft: BudgetDraft = { name: 'all', scope: 'organization', period: 'month', limit: '100', currency: 'usd', hard: true, alertPercents: [50, 80, 100], webhookUrl: null };
    const outcome = await place.set.open(place.caller, { ...draft, ...change });
    if (outcome.outcome !== 'saved') throw new TypeError(outcome.outcome);
    return { id: outcome.budget.id, secret: showWebhookSecret(outcome.webhookSecret ?? '') };
  }
  const use = (id: string, units: number) => pool().query('UPDATE ledger_window SET used = $2 WHERE subject_id = $1', [id, units * 1e9]);
  const listed = async (id: string) => [...(await new ListAlerts(context.database()).latest(place.caller.organizationId, [id], 20)).get(id)!];
  const percents = async (id: string) => (await listed(id)).map(({ percent }) => percent);
  const raise = (nowMs = Date.now()) => {
    place.ledger.noticed.change(place.caller.organizationId);
    return alerts.raise(nowMs);
  };

  it('are raised once for each threshold, however many servers look', async () => {
    const { id } = await open();
    await use(id, 49.999999999);
    await raise();
    expect(await listed(id)).toEqual([]);
    await use(id, 80);
    const servers = Array.from({ length: 4 }, () => new BudgetAlerts(context.database(), silentLogger, openBudgets(context.database()).ledger));
    // Each looks at all budgets the first time.
    await Promise.all(servers.map((each) => each.raise(Date.now())));
    expect(await listed(id)).toMatchObject([{ percent: 80, usedNano: 80_000_000_000n, limitNano: 100_000_000_000n, reason: 'passed', delivery: 'none', attempts: 0 }, { percent: 50 }]);
    await use(id, 100);
    await raise();
    await raise();
    expect(await percents(id)).toEqual([100, 80, 50]);
  });

  it('are raised anew in the next window, and for another limit', async () => {
    const { id } = await open({ alertPercents: [80] });
    await use(id, 90);
    await raise();
    await place.set.change(place.caller, { id, limit: '200' });
    await raise();
    expect(await percents(id)).toEqual([80]);
    await use(id, 160);
    await raise();
    expect((await listed(id)).map(({ limitNano }) => limitNano)).toEqual([200_000_000_000n, 100_000_000_000n]);
    const next = `INSERT INTO ledger_window (tenant_id, kind, subject_id, starts_at, used) SELECT tenant_id, kind, subject_id, starts_at + INTERVAL '1 month', used FROM ledger_window WHERE subject_id = $1`;
    await pool().query(next, [id]);
    await raise();
    expect(await percents(id)).toEqual([80, 80, 80]);
  });

  it('are raised for what was used before the budget was opened', async () => {
    const { id } = await open();
    await use(id, 60);
    // Opening it has told the job to look.
    await alerts.raise(Date.now());
    expect(await percents(id)).toEqual([50]);
  });

  it('are raised at 100 percent for a call that a hard limit refused, though less is used', async () => {
    const { id } = await open({ limit: '10', alertPercents: [] });
    await place.ledger.credit({ tenantId: place.caller.organizationId, amountNano: 10n ** 12n, currency: 'usd', reason: 'test', transferId: newId() });
    const reservation = { tenantId: place.caller.organizationId, currency: 'usd', keyId: 'key', modelId: newId(), expiresAtMs: Date.now() + 60_000 };
    const eventId = newId();
    expect(await place.ledger.reserve({ ...reservation, eventId, amountNano: 9_000_000_000n })).toMatchObject({ outcome: 'open' });
    await alerts.raise(Date.now());
    expect(await listed(id)).toEqual([]);
    expect(await place.ledger.reserve({ ...reservation, eventId: newId(), amountNano: 2_000_000_000n })).toMatchObject({ outcome: 'limited' });
    await alerts.raise(Date.now());
    expect(await listed(id)).toMatchObject([{ percent: 100, usedNano: 0n, reason: 'refused' }]);
    // So is one for a call that runs and is refused more.
    await place.set.change(place.caller, { id, limit: '11' });
    expect(await place.ledger.extend(eventId, { amountNano: 3_000_000_000n, expiresAtMs: Date.now() + 60_000 })).toMatchObject({ outcome: 'limited' });
    await alerts.raise(Date.now());
    expect(await percents(id)).toEqual([100, 100]);
  });

  it('wait for a database that is away', async () => {
    const { id } = await open();
    await use(id, 50);
    const away = await context.another();
    const job = new BudgetAlerts(away.database, silentLogger, place.ledger);
    await away.database.close();
    await expect(job.raise(Date.now())).rejects.toThrow();
    await alerts.raise(Date.now());
    expect(await percents(id)).toEqual([50]);
  });

  it('are sent, signed so that the receiver can tell, and once', async () => {
    const { id, secret } = await open({ webhookUrl: address(), alertPercents: [50] });
    await use(id, 50);
    await raise();
    await Promise.all([delivery.run(Date.now()), delivery.run(Date.now())]);
    await delivery.run(Date.now() + 3_600_000);
    expect(received).toHaveLength(1);
    expect(isGenuine(received[0]!, secret)).toBe(true);
    expect(isGenuine({ ...received[0]!, body: received[0]!.body.replace('"percent":50', '"percent":99') }, secret)).toBe(false);
    expect(isGenuine(received[0]!, showWebhookSecret('another'))).toBe(false);
    const [alert] = await listed(id);
    expect(alert).toMatchObject({ delivery: 'delivered', attempts: 1, problem: null, deliveredAt: expect.any(Date), nextAttemptAt: null });
    expect(received[0]!.headers).toMatchObject({ 'content-type': 'application/json', 'webhook-id': alert!.id });
    expect(JSON.parse(received[0]!.body)).toMatchObject({
      id: alert!.id, type: 'budget.alert', organizationId: place.caller.organizationId, percent: 50, reason: 'passed', currency: 'usd',
      limit: '100.00', used: '50.00', limitNano: '100000000000', budget: { id, name: 'all', scope: 'organization', period: 'month', hard: true },
    });
  });

  it('are sent again with growing pauses, and given up after a day', async () => {
    const { id } = await open({ webhookUrl: address(), alertPercents: [50] });
    await use(id, 50);
    await raise();
    statuses = Array<number>(100).fill(500);
    const pauses: number[] = [];
    let nowMs = Date.now();
    for (let [alert] = await listed(id); alert!.delivery === 'waiting'; [alert] = await listed(id)) {
      pauses.push(Math.round((alert!.nextAttemptAt!.getTime() - nowMs) / 1_000));
      nowMs = Math.max(nowMs, alert!.nextAttemptAt!.getTime());
      await delivery.run(nowMs - 1_000);
      await delivery.run(nowMs);
    }
    expect(pauses.slice(1, 6)).toEqual([30, 60, 120, 240, 480]);
    expect(Math.max(...pauses)).toBe(4 * 3_600);
    expect(nowMs - Date.now()).toBeLessThanOrEqual(24 * 3_600_000);
    expect(nowMs - Date.now()).toBeGreaterThan(19 * 3_600_000);
    expect(await listed(id)).toMatchObject([{ delivery: 'failed', problem: 'It answered 500', attempts: received.length, nextAttemptAt: null }]);
    const undelivered = (since: number) => new ListAlerts(context.database()).undelivered(new Date(since), 10);
    expect(await undelivered(Date.now() - 60_000)).toMatchObject([{ budgetId: id, budgetName: 'all', organization: expect.any(String), problem: 'It answered 500' }]);
    expect(await undelivered(Date.now() + 60_000)).toEqual([]);
  });

  it('say what went wrong: a redirect, nobody there, no address or secret any more', async () => {
    const { id } = await open({ webhookUrl: address(), alertPercents: [50] });
    await use(id, 50);
    await raise();
    const attempt = async () => {
      await pool().query('UPDATE budget_alert SET next_attempt_at = now() WHERE budget_id = $1', [id]);
      await delivery.run(Date.now() + 1_000);
      return (await listed(id))[0]!.problem;
    };
    statuses = [307];
    expect(await attempt()).toBe('It answered 307, and redirects are not followed');
    const port = (server.address() as AddressInfo).port;
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
    expect(await attempt()).toContain('ECONNREFUSED');
    await new Promise<void>((listening) => server.listen(port, '127.0.0.1', listening));
    place.secrets.known.clear();
    expect(await attempt()).toContain('pepper');
    await place.set.change(place.caller, { id, webhookUrl: null });
    expect(await attempt()).toBe('The budget has no address any more');
    expect(received).toHaveLength(1);
  });

  it('that a server was sending when it stopped are left to another', async () => {
    const { id } = await open({ webhookUrl: address(), alertPercents: [50] });
    await use(id, 50);
    await raise();
    const stop = new AbortController();
    stop.abort();
    const nowMs = Date.now();
    await delivery.run(nowMs, stop.signal);
    expect(await listed(id)).toMatchObject([{ delivery: 'waiting', attempts: 1 }]);
    expect(await delivery.run(nowMs + 59_000)).toBe(0);
    expect(await delivery.run(nowMs + 61_000)).toBe(1);
    expect(await listed(id)).toMatchObject([{ delivery: 'delivered', attempts: 2 }]);
  });

  it('of one organization take no more than their share of a round', async () => {
    const { id } = await open({ webhookUrl: address(), alertPercents: [10, 20, 30, 40, 50, 60] });
    await use(id, 60);
    await raise();
    expect(await delivery.run(Date.now())).toBe(4);
    expect(await delivery.run(Date.now())).toBe(2);
  });

  it('go to no address within, even if it was allowed once', async () => {
    const { id } = await open({ webhookUrl: address(), alertPercents: [50] });
    await use(id, 50);
    await raise();
    const strict = openBudgets(context.database(), { privateAddresses: false, localhost: false });
    await new DeliverAlerts(context.database(), strict.webhook, silentLogger).run(Date.now());
    expect(received).toEqual([]);
    expect((await listed(id))[0]!.delivery).toBe('waiting');
  });

  it('can be tried out', async () => {
    const { id, secret } = await open({ webhookUrl: address() });
    expect(await place.test.run(place.caller, id)).toEqual({ status: 200, problem: null });
    expect(isGenuine(received[0]!, secret)).toBe(true);
    expect(JSON.parse(received[0]!.body)).toMatchObject({ type: 'budget.test', percent: 100 });
    statuses = [404];
    expect(await place.test.run(place.caller, id)).toEqual({ status: 404, problem: 'It answered 404' });
    expect(await listed(id)).toEqual([]);
    await expect(place.test.run(place.caller, (await open()).id)).rejects.toMatchObject({ code: 'LEDGER.WEBHOOK_MISSING' });
  });

  it('are tested twice at a time and no more, so that a receiver that is slow holds few connections', async () => {
    const answers: (() => void)[] = [];
    const slow = createServer((_request, response) => void answers.push(() => response.end()));
    await new Promise<void>((listening) => slow.listen(0, '127.0.0.1', listening));
    try {
      const { id } = await open({ webhookUrl: `http://localhost:${(slow.address() as AddressInfo).port}/hook` });
      const running = [place.test.run(place.caller, id), place.test.run(place.caller, id)];
      while (answers.length < 2) await new Promise((later) => setImmediate(later));
      await expect(place.test.run(place.caller, id)).rejects.toMatchObject({ code: 'HTTP.ADDRESS_TESTS_LIMITED' });
      for (const answer of answers) answer();
      for (const result of await Promise.all(running)) expect(result.problem).toBeNull();
      expect(answers).toHaveLength(2);
    } finally {
      await new Promise((closed) => (slow.close(closed), slow.closeAllConnections()));
    }
  });

  it('are written as they were raised: nobody may change or delete them', async () => {
    for (const statement of ['DELETE FROM budget_alert', 'UPDATE budget_alert SET used_nano = 0', 'TRUNCATE budget_alert']) {
      await expect(pool().query(statement)).rejects.toMatchObject({ code: '42501' });
    }
  });
});
