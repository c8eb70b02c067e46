import { readFile } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { DerivedSecrets, Peppers } from '@steelyard/domain-identity';
import { newId, type Caller } from '@steelyard/kernel';
import { showWebhookSecret } from '@steelyard/platform-http';
import { silentLogger } from '@steelyard/platform-observability';
import { describeDatabase } from '@steelyard/test-support';
import { Webhook } from 'standardwebhooks';
import { DeliverEvents, PAUSES_MS } from './delivery/deliver-events.js';
import { ReadDeliveries } from './delivery/read-deliveries.js';
import { ReplayDeliveries } from './delivery/replay-deliveries.js';
import { ManageEndpoints } from './endpoints/manage-endpoints.js';
import { WebhookSigning } from './webhook-signing.js';

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What the guide tells receivers that want no library. */
async function guideCode(): Promise<(headers: object, body: string, secret: string, nowMs?: number) => boolean> {
  const guide = await readFile(new URL('../../../../docs/guides/webhooks.md', import.meta.url), 'utf8');
  const code = [...guide.matchAll(/^```js\n([^]*?)^```/gm)].at(-1)![1]!;
  return ((await import(`data:text/javascript,${encodeURIComponent(code)}`)) as { isGenuine: Awaited<ReturnType<typeof guideCode>> }).isGenuine;
}

const DAY_MS = 24 * 60 * 60 * 1_000;

describeDatabase('webhooks', (context) => {
  let caller: Caller;
  let endpoints: ManageEndpoints;
  let deliver: DeliverEvents;
  let deliveries: ReadDeliveries;
  let replay: ReplayDeliveries;
  let server: Server;
  let received: Received[];
  /** What the receiver answers, one after the other; 200 when there is nothing. */
  let statuses: number[];
  const pool = () => context.database().pool;
  const address = () => `http://localhost:${(server.address() as AddressInfo).port}/hook`;

  beforeEach(async () => {
    const database = context.database();
    const policy = { privateAddresses: false, localhost: true };
    const signing = new WebhookSigning(new DerivedSecrets(new Peppers(['a pepper of at least thirty-two characters'])));
    endpoints = new ManageEndpoints(database, signing, policy);
    deliver = new DeliverEvents(database, signing, policy, silentLogger);
    deliveries = new ReadDeliveries(database);
    replay = new ReplayDeliveries(database);
    caller = { organizationId: newId(), organizationHandle: `h-${newId().slice(-8)}`, actorId: 'key1', scopes: new Set() };
    await database.withPlatform((tx) => tx.organization.create({ data: { id: caller.organizationId, handle: caller.organizationHandle, name: 'x' } }));
    await pool().query('DELETE FROM webhook_event');
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

  const add = async (types: string[] = [], url = address()) => {
    const { endpoint, secret } = await endpoints.add(caller, { url, about: '', types });
    return { id: endpoint.id, secret: showWebhookSecret(secret) };
  };
  /** As the job does: until nothing is due. */
  const send = async (nowMs = Date.now() + 1_000) => {
    while ((await deliver.run(nowMs)) > 0);
  };
  const all = () => deliveries.page(caller, { limit: 100 });
  const verify = ({ headers, body }: Received, secret: string) => new Webhook(secret).verify(body, headers as Record<string, string>);

  /** A publication that ends, as publishing writes it. */
  async function publish(status: 'succeeded' | 'failed', { dryRun = false } = {}): Promise<string> {
    const id = newId();
    const { organizationId: tenantId } = caller;
    await context.database().withTenant(tenantId, (tx) => tx.publication.create({ data: { tenantId, id, modelName: 'm', version: '1.0.0', request: {}, actorId: 'key1', dryRun } }));
    await context.database().withTenant(tenantId, (tx) => tx.publication.update({ where: { tenantId_id: { tenantId, id } }, data: { status, error: status === 'failed' ? { code: 'X' } : undefined } }));
    return id;
  }

  it('are told of what happened, signed as the library of others verifies it, and once', async () => {
    const { secret } = await add();
    const publicationId = await publish('succeeded');
    await publish('failed', { dryRun: true });
    await Promise.all([send(), send()]);
    await send(Date.now() + DAY_MS);
    expect(received).toHaveLength(1);
    const data = { publicationId, model: `${caller.organizationHandle}/m`, version: '1.0.0', error: null };
    expect(verify(received[0]!, secret)).toEqual({ type: 'version.published', timestamp: expect.any(String), organizationId: caller.organizationId, data });
    expect(() => verify({ ...received[0]!, body: received[0]!.body.replace('1.0.0', '2.0.0') }, secret)).toThrow();
    const [isGenuine, [{ headers, body }]] = [await guideCode(), received as [Received]];
    expect(isGenuine(headers, body, secret)).toBe(true);
    expect([isGenuine(headers, `${body} `, secret), isGenuine(headers, body, showWebhookSecret('another')), isGenuine(headers, body, secret, Date.now() + 301_000)]).toEqual([false, false, false]);
    const [delivery] = await all();
    expect(delivery).toMatchObject({ state: 'delivered', type: 'version.published', data, attempts: [{ status: 200, problem: null }], eventId: received[0]!.headers['webhook-id'] });
  });

  it('are told of nothing that was taken back', async () => {
    await add();
    const { organizationId: tenantId } = caller;
    const id = newId();
    await context.database().withTenant(tenantId, (tx) => tx.publication.create({ data: { tenantId, id, modelName: 'm', version: '1.0.0', request: {}, actorId: 'key1' } }));
    const broken = context.database().withTenant(tenantId, async (tx) => {
      await tx.publication.update({ where: { tenantId_id: { tenantId, id } }, data: { status: 'succeeded' } });
      throw new Error('broken off');
    });
    await expect(broken).rejects.toThrow('broken off');
    expect(await all()).toEqual([]);
  });

  it('are told of documents and payouts as well, and only of what they want to hear', async () => {
    await add(['invoice.issued', 'payout.paid']);
    await publish('succeeded');
    const { organizationId: tenantId } = caller;
    const document = `INSERT INTO billing_document (tenant_id, id, kind, number, place, period, currency, amount_nano, total_cents, hash, document, issued_at)
      VALUES ($1, $2, $3, $4, 1, 202611, 'usd', 1230000000, 123, 'h', '{}', now())`;
    await pool().query(document, [tenantId, newId(), 'invoice', `SY-${newId()}`]);
    await pool().query(document, [tenantId, newId(), 'statement', `ST-${newId()}`]);
    await pool().query(`INSERT INTO payout (id, tenant_id, period, currency, amount_nano, actor_id) VALUES ($1, $2, 202611, 'usd', 10000000, 'a')`, [newId(), tenantId]);
    await pool().query(`UPDATE payout SET state = 'sending' WHERE tenant_id = $1`, [tenantId]);
    await pool().query(`UPDATE payout SET state = 'paid' WHERE tenant_id = $1`, [tenantId]);
    await send();
    expect(received.map(({ body }) => JSON.parse(body)).sort((a, b) => (a.type < b.type ? -1 : 1))).toMatchObject([
      { type: 'invoice.issued', data: { period: 202611, amountNano: '1230000000', totalCents: '123' } },
      { type: 'payout.paid', data: { period: 202611, amountNano: '10000000', method: 'stripe' } },
    ]);
  });

  it('are told that the organization is to go, while it can still stay', async () => {
    await add(['erasure.requested', 'erasure.cancelled']);
    const { organizationId: tenantId } = caller;
    await pool().query(`INSERT INTO erasure (tenant_id, forfeit, actor_id, due_at) VALUES ($1, true, 'person:ada', '2100-01-01')`, [tenantId]);
    await pool().query(`DELETE FROM erasure WHERE tenant_id = $1`, [tenantId]);
    await send();
    expect(received.map(({ body }) => JSON.parse(body)).sort((a, b) => (a.type > b.type ? -1 : 1))).toMatchObject([
      { type: 'erasure.requested', data: { requestedBy: 'person:ada', forfeit: true, dueAt: expect.stringContaining('2100-01-01') } },
      { type: 'erasure.cancelled', data: {} },
    ]);
  });

  it('are tried again for more than three days, with growing pauses, under the same id', async () => {
    await add();
    await publish('succeeded');
    statuses = Array<number>(100).fill(500);
    const pauses: number[] = [];
    let nowMs = Date.now() + 1_000;
    for (;;) {
      await deliver.run(nowMs);
      const [{ nextAttemptAt }] = (await all()) as [Awaited<ReturnType<typeof all>>[number]];
      if (!nextAttemptAt) break;
      pauses.push(nextAttemptAt.getTime() - nowMs);
      await deliver.run(nextAttemptAt.getTime() - 1);
      nowMs = nextAttemptAt.getTime();
    }
    expect(pauses).toEqual([...PAUSES_MS]);
    expect(pauses.reduce((sum, pause) => sum + pause, 0)).toBeGreaterThan(3 * DAY_MS);
    expect(received).toHaveLength(PAUSES_MS.length + 1);
    expect(new Set(received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    const [delivery] = await all();
    expect(delivery).toMatchObject({ state: 'failed' });
    expect(delivery!.attempts).toHaveLength(PAUSES_MS.length + 1);
    expect(delivery!.attempts[0]).toMatchObject({ status: 500, problem: 'It answered 500' });
  });

  it('are left alone once they answer that nobody is there', async () => {
    const { id } = await add();
    await publish('succeeded');
    statuses = [410];
    await send();
    expect((await all())[0]).toMatchObject({ state: 'failed', attempts: [{ status: 410 }] });
    expect((await endpoints.list(caller))[0]).toMatchObject({ id, disabled: expect.stringContaining('410') });
    await publish('failed');
    expect(await all()).toHaveLength(1);
    await endpoints.change(caller, { id, enabled: true });
    await publish('failed');
    expect(await all()).toHaveLength(2);
  });

  it('may be told again: one event, or all that were missed', async () => {
    const { id } = await add();
    for (let count = 0; count < 3; count += 1) await publish('succeeded');
    await send();
    await pool().query(`UPDATE webhook_delivery SET state = 'failed' WHERE id IN (SELECT id FROM webhook_delivery ORDER BY id LIMIT 2)`);
    expect(await replay.since(caller, { endpointId: id, since: new Date(Date.now() - 60_000), delivered: false })).toBe(2);
    await send();
    expect(received).toHaveLength(5);
    await replay.one(caller, (await all())[0]!.id);
    await send();
    expect(received).toHaveLength(6);
    expect(new Set(received.map(({ headers }) => headers['webhook-id'])).size).toBe(3);
    await expect(replay.since(caller, { endpointId: id, since: new Date(Date.now() - 31 * DAY_MS), delivered: false })).rejects.toMatchObject({ code: 'WEBHOOKS.SINCE_INVALID' });
    await expect(replay.one(caller, newId())).rejects.toMatchObject({ code: 'WEBHOOKS.DELIVERY_NOT_FOUND' });
  });

  it('take both secrets for a day after one was made anew', async () => {
    const { id, secret } = await add();
    const { secret: second } = await endpoints.rotateSecret(caller, id);
    await replay.test(caller, id);
    await send();
    for (const each of [secret, showWebhookSecret(second)]) expect(verify(received[0]!, each)).toMatchObject({ type: 'webhook.test' });
    await pool().query('UPDATE webhook_endpoint SET former_until = now() - INTERVAL $$1 second$$');
    await replay.test(caller, id);
    await send();
    expect(() => verify(received[1]!, secret)).toThrow();
    expect(verify(received[1]!, showWebhookSecret(second))).toMatchObject({ type: 'webhook.test' });
  });

  it('are tested so often in a minute and no more', async () => {
    const { id } = await add();
    const nowMs = Date.now();
    replay.tests.clock = { nowMs: () => nowMs };
    for (let n = 0; n < 10; n += 1) await replay.test(caller, id);
    await expect(replay.test(caller, id)).rejects.toMatchObject({ code: 'HTTP.ADDRESS_TESTS_LIMITED', kind: 'rate-limited' });
    expect(await all()).toHaveLength(10);
    replay.tests.clock = { nowMs: () => nowMs + 60_000 };
    await replay.test(caller, id);
  });

  it('belong to who named them', async () => {
    const { id } = await add();
    await publish('succeeded');
    const [delivery] = await all();
    const stranger = { ...caller, organizationId: newId() };
    expect(await endpoints.list(stranger)).toEqual([]);
    expect(await deliveries.page(stranger, { limit: 10, endpointId: id })).toEqual([]);
    await expect(endpoints.change(stranger, { id, url: 'https://example.com' })).rejects.toMatchObject({ code: 'WEBHOOKS.ENDPOINT_NOT_FOUND' });
    await expect(endpoints.rotateSecret(stranger, id)).rejects.toMatchObject({ code: 'WEBHOOKS.ENDPOINT_NOT_FOUND' });
    await expect(replay.test(stranger, id)).rejects.toMatchObject({ code: 'WEBHOOKS.ENDPOINT_NOT_FOUND' });
    await expect(replay.one(stranger, delivery!.id)).rejects.toMatchObject({ code: 'WEBHOOKS.DELIVERY_NOT_FOUND' });
    await expect(endpoints.remove(stranger, id)).rejects.toMatchObject({ code: 'WEBHOOKS.ENDPOINT_NOT_FOUND' });
    await endpoints.remove(caller, id);
    expect(await all()).toEqual([]);
  });

  it.each([
    ['an address within', { url: 'https://10.0.0.1/hook' }, 'WEBHOOKS.ADDRESS_INVALID'],
    ['an address without TLS', { url: 'http://example.com/hook' }, 'WEBHOOKS.ADDRESS_INVALID'],
    ['an event that there is not', { types: ['version.burnt'] }, 'WEBHOOKS.TYPES_INVALID'],
    ['a very long note', { about: 'x'.repeat(201) }, 'WEBHOOKS.ABOUT_INVALID'],
  ])('refuse %s', async (_what, terms, code) => {
    await expect(endpoints.add(caller, { url: address(), about: '', types: [], ...terms })).rejects.toMatchObject({ code });
    expect(await endpoints.list(caller)).toEqual([]);
  });
});
