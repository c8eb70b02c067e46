import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { deflateSync } from 'node:zlib';
import { join } from 'node:path';
import { describeDatabase, embeddedTestServer, repositoryRoot, RunningPlatform, writeEchoPackage } from '@steelyard/test-support';
import { hostilePackages, writeLogarithms } from './hostile-packages.js';

const PRICE_NANO = 1_000_000n;

/** While all of this happens, a tenant goes on calling a model of its own; it must not notice anything. */
describeDatabase('hostile models and input', (context) => {
  let platform: RunningPlatform;
  let provider: string;
  let consumer: string;
  let bystander: Bystander;

  beforeAll(async () => {
    platform = await RunningPlatform.start({ databaseUrl: context.url() });
    [provider, consumer] = [await platform.openOrganization('acme'), await platform.openOrganization('caller', '10.00')];
    const quiet = await platform.openOrganization('quiet', '100.00');
    await platform.publish(provider, await writeEchoPackage(), '--public');
    await platform.publish(provider, await writeEchoPackage({ name: 'fragile', runMs: 1_000, memoryMb: 64, options: { crashOn: true, hangOn: true, allocateMb: true } }), '--public');
    await platform.publish(provider, join(repositoryRoot, 'plugins/models/digits'), '--public');
    await platform.publish(provider, await writeLogarithms(), '--public');
    await platform.publish(provider, await writeEchoPackage({ name: 'teller', options: { parts: true, partDelayMs: 3 } }), '--public');
    bystander = new Bystander(() => platform.predict(quiet, 'acme/echo', { text: 'still here' }));
  }, 120_000);

  afterAll(() => platform?.stop());

  describe('published', () => {
    it.each(hostilePackages.map((entry) => [entry.what, entry] as const))('%s is refused, and says why', async (_what, { write, says }) => {
      const result = await platform.cli(provider, 'publish', await write(), '--json');
      expect(result.code).not.toBe(0);
      expect(result.stdout + result.stderr).toMatch(says);
    }, 60_000);

    it('none of them can be called', async () => {
      for (const name of ['truncated', 'noise', 'mislabelled', 'gigabytes', 'load-bomb', 'escaping', 'climbing', 'endless', 'segfault', 'abort']) {
        expect((await platform.predict(provider, `acme/${name}`, {})).status).toBe(404);
      }
    });
  });

  describe('called', () => {
    const balance = async () => BigInt((await platform.settledBalance(consumer)).availableNano);
    let before: bigint;
    beforeAll(async () => {
      before = await balance();
    });

    it.each([
      ['a segmentation fault', { crash: 'segfault' }, 'ENGINE.RUNNER_LOST'],
      ['an abort', { crash: 'abort' }, 'ENGINE.RUNNER_LOST'],
      ['an endless loop', { hang: true }, 'ENGINE.DEADLINE_EXCEEDED'],
      ['more memory than the version may have', { allocateMb: 2_000 }, expect.stringMatching(/^(ENGINE.RUNNER_LOST|RUNTIME.RUN_FAILED)$/)],
    ])('%s fails that call alone', async (_what, behaviour, code) => {
      const answer = await platform.predict(consumer, 'acme/fragile', { text: 'x', ...behaviour });
      expect(answer.body.error).toMatchObject({ code, charged: false });
    }, 30_000);

    it.each([
      ['an image of no bytes', '', 'INPUT'],
      ['an image cut short', Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4', 'base64').toString('base64'), 'INPUT'],
      ['an image of 60,000 by 60,000 pixels in a kilobyte', pngOf(60_000, 60_000).toString('base64'), 'INPUT'],
    ])('%s is refused', async (_what, image, code) => {
      const { status, body } = await platform.predict(consumer, 'acme/digits', { image });
      expect([status, body.error.charged, body.error.code]).toEqual([400, false, expect.stringContaining(code)]);
    });

    it.each([
      ['the logarithm of a negative number', { a: 1, b: -1 }, 'NaN'],
      ['the logarithm of zero', { a: 0, b: 1 }, '-Infinity'],
    ])('%s is no score, and the answer says so', async (_what, input, number) => {
      const { status, body } = await platform.predict(consumer, 'acme/logarithms', input);
      expect([status, body.error]).toEqual([502, expect.objectContaining({ code: 'RUNTIME.OUTPUT_INVALID', charged: false, retryable: false, message: expect.stringContaining(number) })]);
    });

    it.each([['NaN'], ['Infinity'], ['1e999']])('a body with the number %s is refused', async (number) => {
      const answer = await fetch(`${platform.url}/v1/predict/acme/logarithms`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${consumer}` },
        body: `{"a": 1, "b": ${number}}`,
      });
      expect([answer.status, ((await answer.json()) as { error: { charged: boolean } }).error.charged]).toEqual([400, false]);
    });

    it('a body of 100 MB is refused before it is read', async () => {
      const answer = await fetch(`${platform.url}/v1/predict/acme/echo`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${consumer}` },
        body: JSON.stringify({ text: 'x'.repeat(100e6) }),
      }).then((response) => response.status, () => 'connection closed');
      expect([413, 'connection closed']).toContain(answer);
    });

    it('an empty body, an empty list and an empty object are refused', async () => {
      for (const input of [[], {}, null]) {
        const { status, body } = await platform.predict(consumer, 'acme/echo', input);
        expect([status, body.error.charged]).toEqual([400, false]);
      }
    });

    it('nothing of it was charged', async () => {
      expect(before - (await balance())).toBe(0n);
      await platform.predict(consumer, 'acme/echo', { text: 'and this is' });
      expect(before - (await balance())).toBe(PRICE_NANO);
    });

    it('a stream that its reader breaks off after the first part stops, and is charged once', async () => {
      const [funds, words] = [await balance(), 'word '.repeat(1_500)];
      const abort = new AbortController();
      const answer = await fetch(`${platform.url}/v1/predict/acme/teller`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'text/event-stream', authorization: `Bearer ${consumer}` },
        body: JSON.stringify({ text: words }),
        signal: abort.signal,
      });
      let read = '';
      for await (const chunk of answer.body!.pipeThrough(new TextDecoderStream())) if ((read += chunk).includes('event: part')) break;
      abort.abort();
      expect(funds - (await balance())).toBe(PRICE_NANO);
      const { usage } = await platform.graphql(consumer, '{ usage(first: 1) { nodes { status errorCode amountNano computeMs } } }');
      expect(usage.nodes[0]).toMatchObject({ status: 'SUCCEEDED', errorCode: 'INFERENCE.CUT_SHORT_BY_CALLER', amountNano: PRICE_NANO.toString() });
      // All its words would have taken four and a half seconds.
      expect(usage.nodes[0].computeMs).toBeLessThan(4_000);
    });
  });

  it('the server lives, and the tenant beside it noticed nothing', async () => {
    const { calls, failures } = await bystander.stop();
    expect(failures).toEqual([]);
    expect(calls).toBeGreaterThan(50);
  });
}, [embeddedTestServer]);

/** Calls one after the other until it is stopped. */
class Bystander {
  readonly #calling: Promise<void>;
  #stopped = false;
  #calls = 0;
  readonly #failures: unknown[] = [];

  constructor(call: () => Promise<{ status: number; body: unknown }>) {
    this.#calling = this.#go(call);
  }

  async stop(): Promise<{ calls: number; failures: unknown[] }> {
    this.#stopped = true;
    await this.#calling;
    return { calls: this.#calls, failures: this.#failures };
  }

  async #go(call: () => Promise<{ status: number; body: unknown }>): Promise<void> {
    while (!this.#stopped) {
      const answer = await call().catch((error: unknown) => ({ status: 0, body: String(error) }));
      this.#calls += 1;
      if (answer.status !== 200) this.#failures.push(answer);
      await new Promise((later) => setTimeout(later, 20));
    }
  }
}

/** A grey PNG whose header promises more pixels than its data holds. */
function pngOf(width: number, height: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8;
  return Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), chunk('IHDR', header), chunk('IDAT', deflateSync(Buffer.alloc(1_000))), chunk('IEND', Buffer.alloc(0))]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

function crc32(bytes: Uint8Array): number {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
