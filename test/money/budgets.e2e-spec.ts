import { cp } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createClient } from '@steelyard/client';
import { describeDatabase, embeddedTestServer, RunningPlatform, writeEchoPackage } from '@steelyard/test-support';
import { Webhook } from 'standardwebhooks';

const CLIENTS = 64;
const AFFORDABLE = 200;

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const FIELDS = `id used left resetsAt alerts { percent reason delivery attempts problem }`;

describeDatabase(
  'limits on several servers',
  (context) => {
    let servers: RunningPlatform[];
    let consumer: string;
    let receiver: Server;
    const received: Received[] = [];
    let secret: string;

    beforeAll(async () => {
      receiver = createServer((request, response) => {
        let body = '';
        // The first attempt fails, and is made again.
        request.on('data', (chunk) => (body += String(chunk))).on('end', () => response.writeHead(received.push({ headers: request.headers, body }) === 1 ? 503 : 204).end());
      });
      await new Promise<void>((listening) => receiver.listen(0, '127.0.0.1', listening));
      const options = { databaseUrl: context.url(), env: { STEELYARD_KEY_PEPPER: 'p'.repeat(32) } };
      const first = await RunningPlatform.start(options);
      servers = [first];
      await first.publish(await first.openOrganization('acme'), await writeEchoPackage({ amount: '0.001' }), '--public');
      consumer = await first.openOrganization('spender', '5.00');
      const second = await RunningPlatform.start(options);
      servers.push(second);
      // Servers that share a database share their store of files; here each has a folder.
      await cp(join(first.dataDir, 'blobs'), join(second.dataDir, 'blobs'), { recursive: true });
    }, 90_000);

    afterAll(async () => {
      await Promise.all((servers ?? []).map((server) => server.stop()));
      receiver.closeAllConnections();
      receiver.close();
    });

    const budget = async () => {
      const { budgets } = await servers[1]!.graphql(consumer, `{ budgets { ${FIELDS} } }`);
      return budgets[0] as { id: string; used: string; left: string; alerts: { percent: number; reason: string; delivery: string; attempts: number; problem: string | null }[] };
    };
    async function until<T>(ask: () => Promise<T>, holds: (answer: T) => boolean): Promise<T> {
      for (const endMs = Date.now() + 20_000; ; await new Promise((later) => setTimeout(later, 100))) {
        const answer = await ask();
        if (holds(answer) || Date.now() > endMs) return answer;
      }
    }

    it('of a budget that is opened from the terminal, with a secret that is shown once', async () => {
      const webhook = `http://localhost:${(receiver.address() as AddressInfo).port}/hook`;
      const wrong = await servers[0]!.cli(consumer, 'budget', 'create', 'all', '--limit', '-1', '--webhook', 'https://169.254.169.254/');
      expect(wrong).toMatchObject({ code: 2, stderr: expect.stringMatching(/limit: [^]*webhook: The address leads to 169\.254\.169\.254, which is not a public address/) });
      const made = await servers[0]!.cli(consumer, 'budget', 'create', 'all', '--limit', '0.2', '--alert', '50', '100', '--webhook', webhook, '--json');
      expect(made).toMatchObject({ code: 0 });
      secret = JSON.parse(made.stdout).webhookSecret as string;
      expect(secret).toMatch(/^whsec_[\w+/]{43}=$/);
    }, 30_000);

    /** Many clients call until they are refused, each at one of the servers. Gives how many calls ran. */
    async function callsUntilRefused(key: string, code: string): Promise<number> {
      let ran = 0;
      const client = async (index: number): Promise<void> => {
        const server = servers[index % servers.length]!;
        for (;;) {
          const { status, body } = await server.predict(key, 'acme/echo', { text: 'hello' });
          if (status !== 200) return expect([status, body.error]).toMatchObject([402, { code, charged: false }]);
          ran += 1;
        }
      };
      await Promise.all(Array.from({ length: CLIENTS }, (_, index) => client(index)));
      return ran;
    }

    it('admit exactly what a budget allows, to many clients of both at once', async () => {
      expect(await callsUntilRefused(consumer, 'INFERENCE.LIMIT_REACHED')).toBe(AFFORDABLE);
      await servers[0]!.settledBalance(consumer);
      expect(await budget()).toMatchObject({ used: '0.20', left: '0.00' });
    }, 60_000);

    it('admit exactly what the credit is worth, to many clients of both at once', async () => {
      const other = await servers[0]!.openOrganization('frugal', '0.15');
      expect(await callsUntilRefused(other, 'INFERENCE.PAYMENT_REQUIRED')).toBe(150);
      expect(await servers[1]!.settledBalance(other)).toMatchObject({ availableNano: '0', postedNano: '0' });
    }, 60_000);

    it('are charged once for a call that is sent to both under one idempotency key, at once and again', async () => {
      const other = await servers[0]!.openOrganization('retrying', '1.00');
      const clients = servers.map(({ url }) => createClient({ baseUrl: url, apiKey: other }));
      const keys = Array.from({ length: 24 }, (_, index) => `call ${index}`);
      // While the call runs at one server the other one asks for another try, which the client makes.
      const sendToBoth = (key: string) => Promise.all(clients.map((client) => client.runWithDetails('acme/echo', { text: key }, { idempotencyKey: key })));
      const answers = [...(await Promise.all(keys.map(sendToBoth))), ...(await Promise.all(keys.map(sendToBoth)))].flat();
      expect(answers.map(({ output }) => output['text'])).toEqual([...keys, ...keys].flatMap((key) => [key, key]));
      expect(new Set(answers.map(({ prediction }) => prediction.id)).size).toBe(keys.length);
      expect(answers.filter(({ prediction }) => !prediction.replayed)).toHaveLength(keys.length);
      expect(await servers[1]!.settledBalance(other)).toMatchObject({ availableNano: String(1_000_000_000 - keys.length * 1_000_000) });
      const { usageSummary } = await servers[0]!.graphql(other, '{ usageSummary { calls failed amountNano } }');
      expect(usageSummary).toEqual({ calls: keys.length, failed: 0, amountNano: String(keys.length * 1_000_000) });
    }, 30_000);

    it('have told an address of each threshold, signed, once each in the end', async () => {
      const { alerts } = await until(budget, ({ alerts: all }) => all.length === 2 && all.some(({ delivery }) => delivery === 'DELIVERED'));
      expect(alerts.map(({ percent }) => percent).sort()).toEqual([100, 50]);
      const failed = alerts.find(({ delivery }) => delivery === 'WAITING');
      expect(failed).toMatchObject({ attempts: 1, problem: 'It answered 503' });
      expect(new Set(received.map(({ headers }) => headers['webhook-id'])).size).toBe(2);
      for (const { headers, body } of received) expect(() => new Webhook(secret).verify(body, headers as Record<string, string>)).not.toThrow();
    }, 30_000);

    it('let calls through again when a budget is raised, and when it has ended', async () => {
      const call = async (on: number) => (await servers[on]!.predict(consumer, 'acme/echo', { text: 'again' })).status;
      const { id } = await budget();
      expect(await servers[1]!.cli(consumer, 'budget', 'change', id, '--limit', '0.1')).toMatchObject({ code: 1, stderr: expect.stringContaining('Set at least 0.20') });
      expect(await servers[1]!.cli(consumer, 'budget', 'change', id, '--limit', '0.201')).toMatchObject({ code: 0, stdout: expect.stringContaining('0.201 usd a month') });
      expect([await call(0), await call(1)]).toEqual([200, 402]);
      expect(await servers[0]!.cli(consumer, 'budget', 'end', id)).toMatchObject({ code: 0, stdout: expect.stringContaining('has ended') });
      expect(await call(1)).toBe(200);
      const { trialBalance } = await servers[0]!.graphql(servers[0]!.operatorKey, '{ trialBalance { balanced } }');
      expect(trialBalance).toEqual([{ balanced: true }]);
    }, 30_000);
  },
  [embeddedTestServer],
);
