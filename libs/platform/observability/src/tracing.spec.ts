import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GCProfiler } from 'node:v8';
import { afterEach, expect, it } from '@jest/globals';
import { AppError } from '@steelyard/kernel';
import { openTracing } from './otlp-tracing.js';
import { noTracing, traced, type TraceSpan } from './tracing.js';

interface SentSpan {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly { readonly key: string; readonly value: Record<string, unknown> }[];
  readonly status: { readonly code: number };
}

interface Sent {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: SentSpan['attributes'] };
    readonly scopeSpans: readonly { readonly spans: readonly SentSpan[] }[];
  }[];
}

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** A receiver of OTLP over HTTP, as collectors are. */
async function receive() {
  const sent: { readonly path: string | undefined; readonly body: Sent }[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      sent.push({ path: request.url, body: JSON.parse(Buffer.concat(chunks).toString()) as Sent });
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  closing.push(async () => {
    server.closeAllConnections();
    await once(server.close(), 'close');
  });
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const spans = () => sent.flatMap(({ body }) => body.resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)));
  return { sent, spans, open: (ratio = 1) => openTracing({ endpoint, ratio, service: { name: 'steelyard', version: '1.2.3' } }) };
}

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const CALLER = 'b7ad6b7169203331';

it('sends spans to a receiver, within the caller’s trace', async () => {
  const { sent, spans, open } = await receive();
  const tracing = await open();
  const door = tracing.begin('POST /v1/predict', `00-${TRACE}-${CALLER}-01`)!;
  door.set({ 'steelyard.model': 'acme/digits@1.0.0' });
  const startMs = Date.now() - 50;
  door.child('compute', { startMs, attributes: { 'steelyard.batch': 4 } }).end(startMs + 20);
  await expect(traced(door.child('settle'), Promise.reject(new AppError('X.Y', 'a secret', { kind: 'internal' })))).rejects.toThrow('a secret');
  expect(await traced(door.child('admit'), Promise.resolve(7))).toBe(7);
  door.end();
  await tracing.close();
  expect(door.traceparent).toMatch(new RegExp(`^00-${TRACE}-[0-9a-f]{16}-01$`));
  expect(sent.map(({ path }) => path)).toEqual(['/v1/traces']);
  expect(sent[0]!.body.resourceSpans[0]!.resource.attributes).toContainEqual({ key: 'service.name', value: { stringValue: 'steelyard' } });
  const byName = Object.fromEntries(spans().map((span) => [span.name, span]));
  expect(Object.keys(byName).sort()).toEqual(['POST /v1/predict', 'admit', 'compute', 'settle']);
  const root = byName['POST /v1/predict']!;
  expect(root).toMatchObject({ traceId: TRACE, parentSpanId: CALLER, attributes: [{ key: 'steelyard.model', value: { stringValue: 'acme/digits@1.0.0' } }] });
  for (const name of ['admit', 'compute', 'settle']) expect(byName[name]).toMatchObject({ traceId: TRACE, parentSpanId: root.spanId });
  const { startTimeUnixNano, endTimeUnixNano } = byName['compute']!;
  expect(BigInt(endTimeUnixNano) - BigInt(startTimeUnixNano)).toBe(20_000_000n);
  expect(byName['settle']).toMatchObject({ status: { code: 2 }, attributes: [{ key: 'error.type', value: { stringValue: 'X.Y' } }] });
  expect(JSON.stringify(sent)).not.toContain('a secret');
});

it('records nothing of a trace that its caller does not record, or that was not drawn', async () => {
  const { sent, open } = await receive();
  const tracing = await open(0);
  expect(tracing.begin('x', `00-${TRACE}-${CALLER}-00`)).toBeUndefined();
  expect(tracing.begin('x', undefined)).toBeUndefined();
  expect(tracing.begin('x', `00-${TRACE}-${CALLER}-01`)).toBeDefined();
  await tracing.close();
  expect(sent).toEqual([]);
});

it.each(['', 'x', `ff-${TRACE}-${CALLER}-01`, `00-${'0'.repeat(32)}-${CALLER}-01`, `00-${TRACE}-${'0'.repeat(16)}-01`, `00-${TRACE.toUpperCase()}-${CALLER}-01`])(
  'begins a trace of its own where the caller’s is none: %j',
  async (traceparent) => {
    const { open } = await receive();
    const tracing = await open();
    const span = tracing.begin('x', traceparent)!;
    expect(span.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    expect(span.traceparent).not.toContain(TRACE);
    await tracing.close();
  },
);

it('allocates nothing when it is off', async () => {
  const tracing = await openTracing({ endpoint: undefined, ratio: 1, service: { name: 'x', version: '1' } });
  expect(tracing).toBe(noTracing);
  const garbage = new GCProfiler();
  const work = Promise.resolve();
  let spans = 0;
  garbage.start();
  for (let call = 0; call < 5_000_000; call += 1) {
    const span: TraceSpan | undefined = tracing.begin('x', undefined);
    if (traced(span?.child('y'), work) !== work) spans += 1;
    span?.end();
  }
  const collections = garbage.stop()?.statistics.length;
  expect(spans).toBe(0);
  // An object for each call would be 100 MB and dozens of collections.
  expect(collections).toBeLessThanOrEqual(2);
});
