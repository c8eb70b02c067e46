import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { AppError, newId } from '@steelyard/kernel';
import type { TraceSpan } from '@steelyard/platform-observability';
import { describeDatabase } from '@steelyard/test-support';
import { encodeValue } from '@steelyard/wire';
import { endBy, giveAnswer } from './charging/give-answer.js';
import { wasCharged } from './following/cut-short.js';
import { answerOf, commandOf, follow as followCall, late, lost, modelOf, openGateway, untilEnded, type Engine, type Gateway } from './gateway.fixture.js';
import type { PredictEvent, PredictOptions, PredictResult } from './predict-command.js';

const PRICE_NANO = 1_000n;
const FEE_NANO = 150n;

const versionOf = (providerTenantId: string) => modelOf({ providerTenantId, price: { currency: 'usd', components: [{ unit: 'request', amountNano: PRICE_NANO, per: 1n }] } });

/** A model that gives two parts, and then does what `then` says. */
const afterTwoParts = (then: Engine): Engine => async (request, signal) => {
  request.onState?.('running');
  for (const text of ['a', 'b']) await request.onPart?.(encodeValue({ text }));
  return then(request, signal);
};

describeDatabase('a prediction that is followed', (context) => {
  let consumer: string;
  let provider: string;
  let engine: Engine;
  let gateway: Gateway;

  beforeEach(async () => {
    [consumer, provider] = [newId(), newId()];
    gateway = await openGateway(context.database(), { version: () => versionOf(provider), engine: () => engine });
    await gateway.ledger.credit({ tenantId: consumer, amountNano: PRICE_NANO * 10n, currency: 'usd', reason: 'test', transferId: newId() });
  });

  afterEach(() => gateway.close());

  const command = (options: PredictOptions = {}, signal?: AbortSignal) => commandOf(consumer, { prompt: 'once' }, { options, signal });
  const follow = (given: ReturnType<typeof command>, enough?: (events: readonly PredictEvent[]) => boolean | void) => followCall(gateway.predictions, given, enough);

  /** The usage row of the only call, and what everybody has after it. */
  async function sums() {
    await gateway.metering.flush();
    const { rows } = await context.database().pool.query('SELECT status, error_code, amount_nano, compute_micros, input_hash, output_hash, build FROM usage_event WHERE consumer_tenant_id = $1', [consumer]);
    const { availableNano, heldNano } = await gateway.ledger.balance(consumer, 'usd');
    expect((await gateway.ledger.trialBalance()).every(({ balanced }) => balanced)).toBe(true);
    return { rows, spentNano: PRICE_NANO * 10n - availableNano, heldNano, earnedNano: await gateway.ledger.earnings(provider, 'usd') };
  }
  const charged = { spentNano: PRICE_NANO, heldNano: 0n, earnedNano: PRICE_NANO - FEE_NANO };
  const free = { spentNano: 0n, heldNano: 0n, earnedNano: 0n };
  const typesOf = (events: readonly PredictEvent[]) => events.map(({ type }) => type);

  it('gives what it waits for, the parts and the answer, and is charged once', async () => {
    engine = async (request) => {
      for (const state of ['queued', 'loading', 'running'] as const) request.onState!(state);
      for (const text of ['a', 'b']) await request.onPart!(encodeValue({ text }));
      return answerOf({ text: 'ab' }, { parts: 2 });
    };
    const { events } = await follow(command());
    expect(events.slice(0, -1)).toEqual([
      ...['queued', 'loading', 'running'].map((state) => ({ type: 'waits', state })),
      ...['a', 'b'].map((text) => ({ type: 'part', part: { text } })),
    ]);
    expect(events.at(-1)).toMatchObject({ type: 'done', result: { answer: { value: { text: 'ab' } }, amountNano: PRICE_NANO, replayed: false } });
    expect(await sums()).toMatchObject({ ...charged, rows: [{ status: 'succeeded', error_code: null, ...ofReceipt(command().input, { text: 'ab' }) }] });
    expect(await gateway.metrics.text()).toMatch(/steelyard_parts_total\{model="acme\/story@1\.0\.0"\} 2[^]*steelyard_followed_calls 0/);
  });

  it('of a model that gives no parts has states and the answer', async () => {
    engine = async (request) => (request.onState!('running'), answerOf({ text: 'ab' }));
    expect(typesOf((await follow(command())).events)).toEqual(['waits', 'done']);
    expect(await sums()).toMatchObject(charged);
  });

  it('lets the model go on when a part was taken, and no sooner', async () => {
    let given = 0;
    engine = async (request) => {
      for (; given < 3; given += 1) await request.onPart!(encodeValue({ given }));
      return answerOf({});
    };
    const stream = gateway.predictions.stream(command());
    for (const taken of [0, 1, 2]) {
      expect((await stream.next()).value).toEqual({ type: 'part', part: { given: taken } });
      await turn();
      expect(given).toBe(taken + 1);
    }
    expect((await stream.next()).value).toMatchObject({ type: 'done' });
  });

  it('is charged when its reader leaves after a part, and the engine stops', async () => {
    let stopped = false;
    engine = afterTwoParts((request, signal) => untilEnded(request, signal).finally(() => (stopped = signal.aborted)));
    await follow(command(), (events) => events.length === 2);
    expect(stopped).toBe(true);
    const { rows, ...amounts } = await sums();
    expect(amounts).toEqual(charged);
    expect(rows).toMatchObject([{ status: 'succeeded', error_code: 'INFERENCE.CUT_SHORT_BY_CALLER', amount_nano: '1000', ...ofReceipt(command().input), output_hash: null }]);
  });

  it.each(['queued', 'loading', 'running'] as const)('costs nothing when its reader leaves while it is %s, before any part', async (state) => {
    engine = (request, signal) => (request.onState!(state), untilEnded(request, signal));
    await follow(command(), () => true);
    const { rows, ...amounts } = await sums();
    expect(amounts).toEqual(free);
    expect(rows).toMatchObject([{ status: 'failed', error_code: 'ENGINE.CANCELLED' }]);
  });

  it('is charged when its signal ends it after a part', async () => {
    const leaving = new AbortController();
    engine = afterTwoParts(untilEnded);
    const { error } = await follow(command({}, leaving.signal), (events) => void (events.length === 3 && leaving.abort()));
    expect(error).toMatchObject({ code: 'INFERENCE.CUT_SHORT_BY_CALLER', details: { parts: 2 } });
    expect(wasCharged(error)).toBe(true);
    expect(await sums()).toMatchObject(charged);
  });

  it('costs nothing when its reader cannot give a part on, and the engine stops', async () => {
    let stopped = false;
    engine = afterTwoParts((request, signal) => untilEnded(request, signal).finally(() => (stopped = signal.aborted)));
    const stream = gateway.predictions.stream(command());
    while ((await stream.next()).value?.type !== 'part');
    const fault = new TypeError('no JSON');
    expect(await endBy(fault, stream)).toBe(fault);
    expect(stopped).toBe(true);
    const { rows, ...amounts } = await sums();
    expect(amounts).toEqual(free);
    expect(rows).toMatchObject([{ status: 'failed', error_code: 'INTERNAL' }]);
  });

  it('says what it cost when its reader cannot give a part on, and it has ended meanwhile', async () => {
    engine = async (request) => {
      void request.onPart!(encodeValue({ text: 'a' }));
      return answerOf({ text: 'a' });
    };
    const stream = gateway.predictions.stream(command());
    expect((await stream.next()).value).toMatchObject({ type: 'part' });
    while ((await sums()).spentNano === 0n) await turn();
    const told = await endBy(new TypeError('no JSON'), stream);
    expect(told).toMatchObject({ code: 'INFERENCE.ANSWER_UNWRITABLE', details: { amountNano: String(PRICE_NANO) } });
    expect(wasCharged(told)).toBe(true);
  });

  it('says what it cost when its reader cannot give the answer on', async () => {
    engine = async () => answerOf({ text: 'a' });
    const stream = gateway.predictions.stream(command());
    const { result } = (await stream.next()).value as { result: PredictResult };
    const told = await endBy(await giveAnswer(result, () => JSON.stringify(1n)).catch((error: unknown) => error), stream);
    expect(told).toMatchObject({ code: 'INFERENCE.ANSWER_UNWRITABLE', details: { id: result.predictionId, amountNano: String(PRICE_NANO), currency: 'usd' }, cause: expect.any(TypeError) });
    expect([wasCharged(told), await sums()]).toMatchObject([true, charged]);
  });

  it('costs nothing when the runner is lost after a part', async () => {
    engine = afterTwoParts(() => Promise.reject(lost()));
    const { events, error } = await follow(command());
    expect(typesOf(events)).toEqual(['waits', 'part', 'part']);
    expect(error).toMatchObject({ code: 'ENGINE.RUNNER_LOST' });
    expect(wasCharged(error)).toBe(false);
    expect(await sums()).toMatchObject({ ...free, rows: [{ status: 'failed', error_code: 'ENGINE.RUNNER_LOST' }] });
  });

  it('is charged when the deadline of its caller passes after a part, and not before one', async () => {
    engine = afterTwoParts(untilEnded);
    const { error } = await follow(command({ deadlineMs: 60 }));
    expect(error).toMatchObject({ code: 'INFERENCE.CUT_SHORT_BY_DEADLINE', kind: 'deadline-exceeded' });
    expect(await sums()).toMatchObject(charged);
    engine = untilEnded;
    expect((await follow(command({ deadlineMs: 30 }))).error).toMatchObject({ code: 'ENGINE.DEADLINE_EXCEEDED' });
    expect(await sums()).toMatchObject(charged);
  });

  it('costs nothing when the model takes longer than its own limit after a part', async () => {
    engine = afterTwoParts(() => Promise.reject(late()));
    expect((await follow(command({ deadlineMs: 20_000 }))).error).toMatchObject({ code: 'ENGINE.DEADLINE_EXCEEDED' });
    expect(await sums()).toMatchObject(free);
  });

  it('is charged when the deadline that the server sets passes after a part', async () => {
    await gateway.close();
    gateway = await openGateway(context.database(), { version: () => versionOf(provider), engine: () => engine, deadlineMs: 60 });
    engine = afterTwoParts(untilEnded);
    for (const deadlineMs of [undefined, 60_000]) {
      expect((await follow(command({ deadlineMs }))).error).toMatchObject({ code: 'INFERENCE.CUT_SHORT_BY_DEADLINE' });
    }
    expect((await sums()).rows).toMatchObject([{ status: 'succeeded' }, { status: 'succeeded' }]);
  });

  it('that sends a part which is none is stopped, uncharged', async () => {
    engine = async (request, signal) => {
      await request.onPart!(encodeValue({ text: 'a' }));
      await request.onPart!(Uint8Array.of(0xff, 0xff));
      return untilEnded(request, signal);
    };
    const { events, error } = await follow(command());
    expect(typesOf(events)).toEqual(['part']);
    expect((error as AppError).code).toMatch(/^WIRE\./);
    expect(await sums()).toMatchObject(free);
  });

  it('sent again with its key gives the kept answer, and waits for one that runs', async () => {
    const go = new AbortController();
    engine = afterTwoParts(async () => {
      await once(go.signal, 'abort');
      return answerOf({ text: 'ab' });
    });
    const first = follow(command({ idempotencyKey: 'k' }));
    await turn();
    while (gateway.calls.length === 0) await turn();
    const second = follow(command({ idempotencyKey: 'k' }));
    go.abort();
    const third = first.then(() => follow(command({ idempotencyKey: 'k' })));
    for (const { events } of [await second, await third]) {
      expect(events).toMatchObject([{ type: 'done', result: { answer: { value: { text: 'ab' } }, replayed: true } }]);
    }
    expect(gateway.calls).toHaveLength(1);
    expect(await sums()).toMatchObject(charged);
  });

  it('cut short and sent again with its key runs for nothing, three times', async () => {
    engine = afterTwoParts(untilEnded);
    const again = () => follow(command({ idempotencyKey: 'k' }), (events) => events.length === 3);
    await again();
    await gateway.metering.flush();
    for (const _ of [1, 2, 3]) expect(typesOf((await again()).events)).toEqual(['waits', 'part', 'part']);
    const { events, error } = await again();
    expect(events).toEqual([]);
    expect(error).toMatchObject({ code: 'INFERENCE.ANSWER_GONE' });
    expect(wasCharged(error)).toBe(true);
    expect(gateway.calls).toHaveLength(4);
    expect(await sums()).toMatchObject(charged);
  });

  it('is traced step by step', async () => {
    const spans: { name: string; ms: number | undefined; error?: unknown }[] = [];
    const spanOf = (name: string, startMs?: number): TraceSpan => ({
      traceparent: '',
      child: (child, options) => spanOf(child, options?.startMs),
      set: () => undefined,
      fail: (error) => void spans.push({ name, ms: undefined, error }),
      end: (atMs) => void spans.push({ name, ms: atMs && startMs && Math.round(atMs - startMs) }),
    });
    engine = async () => answerOf({}, { queueMs: 50, computeMs: 7, batchSize: 2, coldStartMs: 40 });
    await gateway.predictions.run({ ...command(), span: spanOf('door') });
    expect(spans).toEqual([
      { name: 'admit' }, { name: 'reserve' }, { name: 'queue', ms: 10 }, { name: 'load', ms: 40 }, { name: 'compute', ms: 7 }, { name: 'engine' }, { name: 'settle' },
    ]);
    spans.length = 0;
    engine = () => Promise.reject(lost());
    await expect(gateway.predictions.run({ ...command(), span: spanOf('door') })).rejects.toThrow('lost');
    expect(spans.filter(({ error }) => error)).toMatchObject([{ name: 'engine', error: { code: 'ENGINE.RUNNER_LOST' } }]);
  });

  it('that cannot be paid never runs', async () => {
    engine = () => Promise.reject(new TypeError('it ran'));
    await gateway.ledger.reserve({ eventId: newId(), tenantId: consumer, currency: 'usd', amountNano: PRICE_NANO * 10n, keyId: 'key', modelId: newId(), expiresAtMs: Date.now() + 60_000 });
    expect((await follow(command())).error).toMatchObject({ code: 'INFERENCE.PAYMENT_REQUIRED' });
    expect(gateway.calls).toEqual([]);
  });
});

/** What is kept of a call for its receipt. */
function ofReceipt(input: unknown, output?: unknown): object {
  const hashOf = (value: unknown) => createHash('sha256').update(encodeValue(value)).digest();
  return { input_hash: hashOf(input), ...(output !== undefined && { output_hash: hashOf(output) }), build: 'steelyard 9.9.9; echo 0.1.0 (echo-library 1.2.3); node 20.0.0' };
}
