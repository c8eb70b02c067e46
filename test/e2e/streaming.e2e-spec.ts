import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type CallState, type Client, createClient } from '@steelyard/client';
import { describeDatabase, embeddedTestServer, repositoryRoot, RunningPlatform, writeEchoPackage } from '@steelyard/test-support';
import { subscribe } from '../tenancy/subscribe.js';

const PRICE_NANO = 1_000_000n;
const TEXT = 'Once upon a time there was a model that told its answer word by word.';
const WORDS = TEXT.split(' ').length;
const TRACE = '0af7651916cd43dd8448eb211c80319c';
const EVENTS = `subscription ($text: String!) {
  predictionEvents(input: { ref: "acme/teller", input: { text: $text } }) {
    __typename ... on PredictionWaits { state } ... on PredictionPart { part } ... on PredictSuccess { output } ... on PredictionFailed { code charged }
  }
}`;

describeDatabase('an answer in parts', (context) => {
  let receiver: Awaited<ReturnType<typeof receiveSpans>>;
  let platform: RunningPlatform;
  let consumer: string;
  let client: Client;

  beforeAll(async () => {
    receiver = await receiveSpans();
    platform = await RunningPlatform.start({ databaseUrl: context.url(), env: { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint, OTEL_BSP_SCHEDULE_DELAY: '20' } });
    const provider = await platform.openOrganization('acme');
    consumer = await platform.openOrganization('reader', '10.00');
    client = createClient({ baseUrl: platform.url, apiKey: consumer });
    await platform.publish(provider, await writeEchoPackage({ name: 'teller', options: { parts: true, partDelayMs: 3 } }), '--public');
  }, 120_000);

  afterAll(async () => {
    await platform?.stop();
    receiver?.server.close();
  });

  /** What `work` cost the reader. */
  async function costOf(work: () => Promise<unknown>): Promise<bigint> {
    const before = BigInt((await platform.settledBalance(consumer)).availableNano);
    await work();
    return before - BigInt((await platform.settledBalance(consumer)).availableNano);
  }

  const engine = async () => (await platform.graphql(platform.operatorKey, '{ engine { models { label digest state pinned inFlight runners { pid } } } }')).engine;
  const teller = async () => (await engine()).models.find(({ label }: { label: string }) => label === 'acme/teller@1.0.0');
  const operate = (...args: string[]) => platform.cli(consumer, 'engine', '--api-key', platform.operatorKey, ...args);

  async function untilIdle(): Promise<void> {
    while ((await teller()).inFlight > 0) await new Promise((later) => setTimeout(later, 10));
  }

  it('comes to a program: first that the model is loaded for it, then the parts, then the whole', async () => {
    const states: CallState[] = [];
    const parts: string[] = [];
    const cost = await costOf(async () => {
      const stream = client.stream('acme/teller', { text: TEXT }, { onState: (state) => states.push(state) });
      for await (const { text } of stream) parts.push(text as string);
      const { output, prediction } = await stream.result;
      expect(output).toEqual({ text: TEXT });
      expect(prediction).toMatchObject({ model: 'acme/teller@1.0.0', costNano: PRICE_NANO });
      expect(prediction.timings.coldStartMs).toBeGreaterThan(10);
    });
    expect(states).toEqual(['queued', 'loading', 'running']);
    expect(parts.join('')).toBe(TEXT);
    expect(parts).toHaveLength(WORDS);
    expect(cost).toBe(PRICE_NANO);
  });

  it('that its reader leaves is charged, stops, and stands in the usage as cut short', async () => {
    const cost = await costOf(async () => {
      for await (const _ of client.stream('acme/teller', { text: TEXT.repeat(100) })) break;
      await untilIdle();
    });
    const { usage } = await platform.graphql(consumer, '{ usage(first: 1) { nodes { id status errorCode amountNano computeMs } } }');
    expect(usage.nodes[0]).toMatchObject({ status: 'SUCCEEDED', errorCode: 'INFERENCE.CUT_SHORT_BY_CALLER', amountNano: PRICE_NANO.toString() });
    // All its words would have taken four seconds.
    expect(usage.nodes[0].computeMs).toBeLessThan(3_000);
    expect(cost).toBe(PRICE_NANO);
  });

  it('comes through GraphQL, and costs nothing where there is none', async () => {
    const { events, errors } = await subscribe(platform.url, consumer, { query: EVENTS, variables: { text: TEXT } });
    const seen = events.map(({ predictionEvents }) => predictionEvents as { __typename: string; part?: { text: string } });
    expect(errors).toBeUndefined();
    expect(seen.map(({ part }) => part?.text ?? '').join('')).toBe(TEXT);
    expect(seen[0]).toEqual({ __typename: 'PredictionWaits', state: 'RUNNING' });
    expect(seen.at(-1)).toEqual({ __typename: 'PredictSuccess', output: { text: TEXT } });
    const refused = await costOf(async () => {
      const answer = await subscribe(platform.url, consumer, { query: EVENTS.replace('text: $text', 'text: $text, wrong: 1'), variables: { text: TEXT } });
      expect(answer.events).toEqual([{ predictionEvents: { __typename: 'InputInvalid' } }]);
    });
    expect(refused).toBe(0n);
  });

  it('through GraphQL stops when the reader closes the connection', async () => {
    const cost = await costOf(async () => {
      await subscribe(platform.url, consumer, { query: EVENTS, variables: { text: TEXT.repeat(100) }, forEvents: 3 });
      await untilIdle();
    });
    expect(cost).toBe(PRICE_NANO);
  });

  it('comes to a terminal', async () => {
    const plain = await platform.cli(consumer, 'run', 'acme/teller', `text=${TEXT}`, '--stream');
    expect(plain).toMatchObject({ code: 0, stdout: `${TEXT}\n` });
    const { stdout } = await platform.cli(consumer, 'run', 'acme/teller', `text=${TEXT}`, '--stream', '--json');
    const events = stdout.trim().split('\n').map((line) => JSON.parse(line) as { event: string });
    expect(events.filter(({ event }) => event === 'part')).toHaveLength(WORDS);
    expect(events.at(-1)).toMatchObject({ event: 'done', output: { text: TEXT } });
  });

  it('leaves its figures with the metrics, for as long as the engine knows the model', async () => {
    const text = await (await fetch(`${platform.url}/metrics`, { headers: { authorization: `Bearer ${platform.operatorKey}` } })).text();
    for (const name of ['queued_calls', 'running_calls', 'model_memory_bytes', 'model_faults', 'batch_items_count', 'queue_seconds_count', 'compute_seconds_count', 'parts_total']) {
      expect(text).toMatch(new RegExp(`^steelyard_${name}\\{model="acme/teller@1.0.0"\\} \\d`, 'm'));
    }
    expect(text).toMatch(/^steelyard_load_seconds_count\{model="acme\/teller@1\.0\.0",device="cpu"\} 1$/m);
    expect(text).toMatch(/^steelyard_device_budget_bytes\{device="cpu"\} \d{6,}$/m);
    // The quarantine's runners had a name of their own, which the engine does not know.
    expect(new Set([...text.matchAll(/model="([^"]+)"/g)].map(([, model]) => model))).toEqual(new Set(['acme/teller@1.0.0']));
  });

  it('is traced from the door to the settlement', async () => {
    const answer = await platform.predict(consumer, 'acme/teller', { text: 'a' }, { traceparent: `00-${TRACE}-b7ad6b7169203331-01` });
    expect(answer.headers.get('traceparent')).toMatch(new RegExp(`^00-${TRACE}-[0-9a-f]{16}-01$`));
    const ours = () => receiver.spans.filter(({ traceId }) => traceId === TRACE);
    while (ours().length < 7) await once(receiver.server, 'received');
    const nameOf = new Map(ours().map(({ spanId, name }) => [spanId, name]));
    const door = 'POST /v1/predict/{owner}/{model}';
    expect(Object.fromEntries(ours().map(({ name, parentSpanId }) => [name, nameOf.get(parentSpanId)]))).toEqual({
      [door]: undefined, admit: door, reserve: door, engine: door, queue: 'engine', compute: 'engine', settle: door,
    });
  });

  it('is taken while the server is ready', async () => {
    const ready = await fetch(`${platform.url}/health/ready`);
    expect([ready.status, await ready.json()]).toEqual([200, { status: 'ready', checks: { database: 'ready', usageLog: 'ready', engine: 'ready' } }]);
    expect((await fetch(`${platform.url}/health/live`)).status).toBe(200);
  });

  describe('the operator', () => {
    it('sees, pins and unloads models from a terminal; a key of an organization may not', async () => {
      expect((await operate('status')).stdout).toMatch(/acme\/teller@1\.0\.0 +ready/);
      expect((await operate('devices')).stdout).toMatch(/echo +\S+ +cpu/);
      expect(await operate('pin', 'acme/teller@1.0.0')).toMatchObject({ code: 0, stdout: 'acme/teller@1.0.0 stays loaded\n' });
      expect((await teller()).pinned).toBe(true);
      expect((await operate('unload', 'acme/teller@1.0.0')).stdout).toContain('busy or not loaded');
      expect((await operate('pin', 'acme/teller@1.0.0', '--off')).stdout).toContain('may be unloaded again');
      const unload = 'mutation ($digest: ID!) { unloadModel(digest: $digest) }';
      expect(await platform.graphql(platform.operatorKey, unload, { digest: (await teller()).digest })).toEqual({ unloadModel: true });
      expect(await platform.cli(consumer, 'engine', '--api-key', consumer, 'status')).toMatchObject({ code: 3 });
      // Every runtime is asked for its devices, in a process of its own.
    }, 60_000);

    it('is told of a cold start by the ordinary answer too', async () => {
      while ((await teller()).runners.length > 0) await new Promise((later) => setTimeout(later, 10));
      const cold = await platform.predict(consumer, 'acme/teller', { text: 'a' });
      expect(Number(/cold;dur=([\d.]+)/.exec(cold.headers.get('server-timing')!)?.[1])).toBeGreaterThan(10);
      const warm = await platform.predict(consumer, 'acme/teller', { text: 'a' });
      expect(warm.headers.get('server-timing')).not.toContain('cold');
    });

    it('watches the engine, from a terminal and by GraphQL', async () => {
      const args = [join(repositoryRoot, 'sdk/cli/bin/steelyard.mjs'), 'engine', 'status', '--watch', '0.05', '--json', '--url', platform.url, '--api-key', platform.operatorKey];
      const watching = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
      const lines: string[] = [];
      for await (const line of createInterface(watching.stdout)) if (lines.push(line) === 2) break;
      watching.kill();
      await once(watching, 'exit');
      expect(lines.map((line) => (JSON.parse(line) as { models: unknown[] }).models.length)).toEqual([1, 1]);
      const query = 'subscription { engineChanges { models { label } devices { name budgetBytes } } }';
      const { events } = await subscribe(platform.url, platform.operatorKey, { query, forEvents: 2 });
      expect(events).toHaveLength(2);
      expect(events[0]).toMatchObject({ engineChanges: { models: [{ label: 'acme/teller@1.0.0' }], devices: [{ name: 'cpu' }] } });
    });
  });
}, [embeddedTestServer]);

interface SentSpan {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
}

/** A receiver of OTLP over HTTP; says `received` each time. */
async function receiveSpans() {
  const spans: SentSpan[] = [];
  const server = createServer((request, response) => {
    void json(request).then((body) => {
      const { resourceSpans } = body as { resourceSpans: { scopeSpans: { spans: SentSpan[] }[] }[] };
      spans.push(...resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans)));
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
      server.emit('received');
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return { server, spans, endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}
