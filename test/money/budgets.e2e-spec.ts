import { createHmac } from 'node:crypto';
import { cp } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeDatabase, embeddedTestServer, RunningPlatform, writeEchoPackage } from '@steelyard/test-support';

const CLIENTS = 64;
const AFFORDABLE = 200;

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const FIELDS = `id used left resetsAt alerts { percent reason delivery attempts problem }`;

describeDatabase(
  'a budget on several servers',
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

    it('is opened from the terminal, with a secret that is shown once', async () => {
      const webhook = `http://localhost:${(receiver.address() as AddressInfo).port}/hook`;
      const wrong = await servers[0]!.cli(consumer, 'budget', 'create', 'all', '--limit', '-1', '--webhook', 'https://169.254.169.254/');
      expect(wrong).toMatchObject({ code: 2, stderr: expect.stringMatching(/limit: [^]*webhook: The address leads to 169\.254\.169\.254, which is not a public address/) });
      const made = await servers[0]!.cli(consumer, 'budget', 'create', 'all', '--limit', '0.2', '--alert', '50', '100', '--webhook', webhook, '--json');
      expect(made).toMatchObject({ code: 0 });
      secret = JSON.parse(made.stdout).webhookSecret as string;
      expect(secret).toMatch(/^whsec_[\w-]{43}$/);
    }, 30_000);

    it('admits exactly what it allows, to many clients of both at once', async () => {
      const outcomes: number[] = [];
      const client = async (index: number): Promise<void> => {
        const server = servers[index % servers.length]!;
        for (let last = 200; last === 200; ) {
          const { status, body } = await server.predict(consumer, 'acme/echo', { text: 'hello' });
          if (status !== 200) expect(body.error).toMatchObject({ code: 'INFERENCE.LIMIT_REACHED', charged: false });
          outcomes.push((last = status));
        }
      };
      await Promise.all(Array.from({ length: CLIENTS }, (_, index) => client(index)));
      expect(outcomes.filter((status) => status === 200)).toHaveLength(AFFORDABLE);
      await servers[0]!.settledBalance(consumer);
      expect(await budget()).toMatchObject({ used: '0.20', left: '0.00' });
    }, 60_000);

    it('has told its address of each threshold, signed, once each in the end', async () => {
      const { alerts } = await until(budget, ({ alerts: all }) => all.length === 2 && all.some(({ delivery }) => delivery === 'DELIVERED'));
      expect(alerts.map(({ percent }) => percent).sort()).toEqual([100, 50]);
      const failed = alerts.find(({ delivery }) => delivery === 'WAITING');
      expect(failed).toMatchObject({ attempts: 1, problem: 'It answered 503' });
      expect(new Set(received.map(({ headers }) => headers['steelyard-delivery'])).size).toBe(2);
      for (const { headers, body } of received) {
        const [, time, signature] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(headers['steelyard-signature']))!;
        expect(createHmac('sha256', secret).update(`${time}.${body}`).digest('hex')).toBe(signature);
      }
    }, 30_000);

    it('lets calls through again when it is raised, and when it has ended', async () => {
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
