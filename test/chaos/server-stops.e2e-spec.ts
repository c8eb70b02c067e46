import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { connect } from 'node:net';
import { writeEchoPackage } from '@steelyard/test-support';
import { RunningPlatform } from '@steelyard/test-support/platform';

const CALLS = 5;
const SHUTDOWN_MS = 1_500;

describe('a server that is told to stop', () => {
  let platform: RunningPlatform;
  let consumer: string;

  beforeAll(async () => {
    platform = await RunningPlatform.start({ env: { STEELYARD_SHUTDOWN_MS: String(SHUTDOWN_MS) } });
    const provider = await platform.openOrganization('acme');
    consumer = await platform.openOrganization('caller', '10.00');
    await platform.publish(provider, await writeEchoPackage({ runMs: 60_000, options: { hangOn: true } }), '--public');
  }, 120_000);
  afterAll(() => platform?.stop());

  /** A connection that sends half a request and stays. */
  async function halfRequest(): Promise<void> {
    const { hostname, port } = new URL(platform.url);
    const socket = connect(Number(port), hostname).on('error', () => undefined);
    await once(socket, 'connect');
    socket.write('POST /v1/predict/acme/echo HTTP/1.1\r\nhost: x\r\ncontent-le');
  }

  it('does so though a call hangs, names it, and charges what it has answered', async () => {
    const before = BigInt((await platform.settledBalance(consumer)).availableNano);
    for (let call = 0; call < CALLS; call++) expect((await platform.predict(consumer, 'acme/echo', { text: 'x' })).status).toBe(200);
    await halfRequest();
    const hanging = platform.predict(consumer, 'acme/echo', { text: 'x', hang: true }, { 'steelyard-deadline-ms': '60000' }).catch(() => 'lost');
    await new Promise((later) => setTimeout(later, 500));
    const startedAtMs = performance.now();
    expect(await platform.end('SIGTERM')).toBe(1);
    expect(performance.now() - startedAtMs).toBeLessThan(20_000);
    await hanging;
    expect(platform.output).toMatch(/"part":"the application".*POST \/v1\/predict\/acme\/echo.*did not end in time/);
    await platform.start();
    const after = BigInt((await platform.settledBalance(consumer)).availableNano);
    expect(before - after).toBe(BigInt(CALLS) * 1_000_000n);
  }, 90_000);

  it('does so at once, and in order, beside a connection that has sent half of a request', async () => {
    await halfRequest();
    expect(await platform.end('SIGTERM')).toBe(0);
  }, 60_000);
});
