import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { EngineRequest } from '@steelyard/dispatch';
import type { ResolvedVersion } from '@steelyard/domain-catalog';
import { newId, type PriceTerms } from '@steelyard/kernel';
import { describeDatabase } from '@steelyard/test-support';
import { encodeValue } from '@steelyard/wire';
import { wasCharged } from './cut-short.js';
import { answerOf, commandOf, follow as followCall, lost, modelOf, openBudget, openGateway, untilEnded, type Engine, type Gateway } from '../gateway.fixture.js';
import type { PredictEvent, PredictOptions } from '../predict-command.js';

const INPUT_TOKENS = 5;
const INPUT_NANO = 100n;
const TOKEN_NANO = 10n;
const BY_TOKEN: PriceTerms = {
  currency: 'usd',
  components: [{ unit: 'input_token', amountNano: INPUT_NANO, per: 1n }, { unit: 'output_token', amountNano: TOKEN_NANO, per: 1n }],
};
const BY_SECOND: PriceTerms = { currency: 'usd', components: [{ unit: 'compute_second', amountNano: 1_000_000n, per: 1n }] };

/** "once" and what may be around it. */
const HELD_INPUT = 12n * INPUT_NANO;
const costOf = (tokens: number | bigint) => BigInt(INPUT_TOKENS) * INPUT_NANO + BigInt(tokens) * TOKEN_NANO;

describeDatabase('a measured call that is followed', (context) => {
  let consumer: string;
  let provider: string;
  let engine: Engine;
  let version: ResolvedVersion;
  let gateway: Gateway;
  let creditNano: bigint;
  /** Tokens of the last run. */
  let written: number;

  beforeEach(async () => {
    [consumer, provider, creditNano] = [newId(), newId(), 0n];
    gateway = await openGateway(context.database(), { version: () => version, engine: () => engine });
    version = modelOf({ providerTenantId: provider, price: BY_TOKEN, task: 'text-generation' });
  });

  afterEach(() => gateway.close());

  async function credit(amountNano: bigint): Promise<void> {
    creditNano += amountNano;
    await gateway.ledger.credit({ tenantId: consumer, amountNano, currency: 'usd', reason: 'test', transferId: newId() });
  }

  /** Writes so many tokens, a part each, and then does what `then` says. */
  const write = (count: number, then?: Engine): Engine => async (request, signal) => {
    request.onState?.('running');
    for (let outputTokens = 1; outputTokens <= count && !signal.aborted; outputTokens += 1) {
      written = outputTokens;
      await request.onPart?.(encodeValue({ text: 'a', usage: { inputTokens: INPUT_TOKENS, outputTokens } }));
    }
    if (then) return then(request, signal);
    if (signal.aborted) return untilEnded(request, signal);
    return answerOf({ text: 'a'.repeat(count), finishReason: 'stop', usage: { inputTokens: INPUT_TOKENS, outputTokens: count } });
  };

  const follow = (maxTokens: number, options: PredictOptions = {}, enough?: (events: readonly PredictEvent[]) => boolean | void) =>
    followCall(gateway.predictions, commandOf(consumer, { prompt: 'once', maxTokens }, { options }), enough);
  const partsOf = (events: readonly PredictEvent[]) => events.filter(({ type }) => type === 'part').length;

  async function sums() {
    await gateway.metering.flush();
    const { rows } = await context.database().pool.query('SELECT status, error_code, amount_nano, lines FROM usage_event WHERE consumer_tenant_id = $1', [consumer]);
    const { availableNano, heldNano } = await gateway.ledger.balance(consumer, 'usd');
    expect((await gateway.ledger.trialBalance()).every(({ balanced }) => balanced)).toBe(true);
    expect(heldNano).toBe(0n);
    return { rows, spentNano: creditNano - availableNano };
  }

  it('holds a slice of its worst case, more as it goes on, and is charged for what ran', async () => {
    await credit(1_000_000n);
    const held: bigint[] = [];
    const look = async () => void held.push((await gateway.ledger.balance(consumer, 'usd')).heldNano);
    engine = async (request, signal) => {
      await look();
      await write(300, async () => answerOf({}))(request, signal);
      await look();
      return answerOf({ text: '', finishReason: 'stop', usage: { inputTokens: INPUT_TOKENS, outputTokens: 300 } });
    };
    const { events } = await follow(30_000);
    expect(events.at(-1)).toMatchObject({ type: 'done', result: { amountNano: costOf(300), lines: [{ quantity: 5n }, { quantity: 300n }] } });
    const [first, last] = held as [bigint, bigint];
    expect(first).toBe(HELD_INPUT + 64n * TOKEN_NANO);
    expect(last).toBeGreaterThanOrEqual(HELD_INPUT + 300n * TOKEN_NANO);
    expect(last).toBeLessThanOrEqual(HELD_INPUT + 1_024n * TOKEN_NANO);
    expect((await sums()).spentNano).toBe(costOf(300));
  });

  it('runs where its worst case could not be held', async () => {
    await credit(2_000n);
    engine = write(20);
    expect((await follow(30_000)).events.at(-1)).toMatchObject({ type: 'done', result: { amountNano: costOf(20) } });
    await expect(gateway.predictions.run(commandOf(consumer, { prompt: 'once', maxTokens: 30_000 }))).rejects.toMatchObject({ code: 'INFERENCE.PAYMENT_REQUIRED' });
  });

  it.each<[string, () => Promise<void>, object]>([
    ['the credit', () => credit(HELD_INPUT + 200n * TOKEN_NANO), {}],
    ['a budget', async () => {
      await credit(1_000_000n);
      await openBudget(context.database(), consumer, HELD_INPUT + 200n * TOKEN_NANO);
    }, { budgetId: expect.any(String) }],
  ])('is stopped when %s is used up: with what was given, and charged for it', async (_name, prepare, details) => {
    await prepare();
    let stopped = false;
    engine = (request, signal) => write(30_000)(request, signal).finally(() => (stopped = signal.aborted));
    const { events, error } = await follow(30_000);
    const given = partsOf(events);
    // The last step that is held is of 8 tokens.
    expect(given).toBeGreaterThan(192);
    expect(given).toBeLessThanOrEqual(200);
    expect(stopped).toBe(true);
    expect(error).toMatchObject({ code: 'INFERENCE.CUT_SHORT_BY_LIMIT', kind: 'payment-required', details: { parts: given, amountNano: String(costOf(given)), currency: 'usd', ...details } });
    expect(wasCharged(error)).toBe(true);
    const { rows, spentNano } = await sums();
    expect(spentNano).toBe(costOf(given));
    expect(rows).toMatchObject([{ status: 'succeeded', error_code: 'INFERENCE.CUT_SHORT_BY_LIMIT', lines: [['input_token', '5', '500'], ['output_token', String(given), String(BigInt(given) * TOKEN_NANO)]] }]);
  });

  it('goes on when credit comes in time', async () => {
    await credit(HELD_INPUT + 70n * TOKEN_NANO);
    engine = async (request, signal) => {
      await write(64)(request, signal);
      await credit(100_000n);
      return write(200)(request, signal);
    };
    expect((await follow(30_000)).events.at(-1)).toMatchObject({ type: 'done', result: { amountNano: costOf(200) } });
  });

  it('is charged for the tokens that were written until its reader left', async () => {
    await credit(1_000_000n);
    engine = write(1_000, untilEnded);
    const { events } = await follow(30_000, {}, (seen) => partsOf(seen) === 100);
    expect(partsOf(events)).toBe(100);
    // One more may have been on its way.
    expect(written - 100).toBeLessThanOrEqual(1);
    expect(await sums()).toMatchObject({ spentNano: costOf(written), rows: [{ status: 'succeeded', error_code: 'INFERENCE.CUT_SHORT_BY_CALLER' }] });
  });

  it('is charged for tokens whose text is held back, and for each part of a model that counts none', async () => {
    await credit(1_000_000n);
    engine = async (request, signal) => {
      await request.onPart!(encodeValue({ text: 'a', usage: { inputTokens: INPUT_TOKENS, outputTokens: 9 } }));
      return untilEnded(request, signal);
    };
    await follow(100, { deadlineMs: 50 });
    expect((await sums()).spentNano).toBe(costOf(9));
    engine = async (request, signal) => {
      for (const text of ['a', 'b']) await request.onPart!(encodeValue({ text }));
      return untilEnded(request, signal);
    };
    await follow(100, { deadlineMs: 50 });
    expect((await sums()).spentNano).toBe(costOf(9) + 2n * TOKEN_NANO);
  });

  it('costs nothing when it fails midway', async () => {
    await credit(1_000_000n);
    engine = write(100, () => Promise.reject(lost()));
    const { events, error } = await follow(30_000);
    expect(partsOf(events)).toBe(100);
    expect(error).toMatchObject({ code: 'ENGINE.RUNNER_LOST' });
    expect(await sums()).toMatchObject({ spentNano: 0n, rows: [{ status: 'failed' }] });
  });

  it('costs nothing when the ledger cannot be asked for more', async () => {
    await credit(1_000_000n);
    const { ledger } = gateway;
    const extend = ledger.extend.bind(ledger);
    ledger.extend = () => Promise.reject(new TypeError('the database is away'));
    engine = write(1_000);
    const { events, error } = await follow(30_000);
    ledger.extend = extend;
    expect(partsOf(events)).toBe(64);
    expect(error).toMatchObject({ message: 'the database is away' });
    expect((await sums()).spentNano).toBe(0n);
  });

  it('costs nothing, and is stopped, when its hold was given up', async () => {
    await credit(1_000_000n);
    engine = async (request, signal) => {
      await gateway.ledger.release([request.id], 'expired');
      return write(1_000)(request, signal);
    };
    expect((await follow(30_000)).error).toMatchObject({ code: 'INFERENCE.HOLD_GONE' });
    expect((await sums()).spentNano).toBe(0n);
  });

  it('with an answer that costs more than could be held ends without it', async () => {
    await credit(HELD_INPUT + 70n * TOKEN_NANO);
    engine = async () => answerOf({ text: 'all at once', finishReason: 'stop', usage: { inputTokens: INPUT_TOKENS, outputTokens: 500 } });
    const { events, error } = await follow(30_000);
    expect(events).toEqual([]);
    expect(error).toMatchObject({ code: 'INFERENCE.CUT_SHORT_BY_LIMIT', details: { parts: 0, amountNano: String(costOf(64)) } });
    expect((await sums()).spentNano).toBe(costOf(64));
  });

  it('that is free holds nothing and is never stopped', async () => {
    version = modelOf({ providerTenantId: provider, price: { ...BY_TOKEN, free: { unit: 'output_token', quantity: 1_000n } }, task: 'text-generation' });
    engine = write(500);
    expect((await follow(1_000)).events.at(-1)).toMatchObject({ type: 'done', result: { amountNano: 0n, isFree: true } });
    expect((await sums()).spentNano).toBe(0n);
  });

  it('cut short is not run again for nothing, here or at another gateway', async () => {
    await credit(1_000_000n);
    engine = write(1_000, untilEnded);
    await follow(30_000, { idempotencyKey: 'k' }, (seen) => partsOf(seen) === 3);
    await sums();
    const other = await openGateway(context.database(), { version: () => version, engine: () => engine });
    for (const { predictions } of [gateway, other]) {
      const { events, error } = await followCall(predictions, commandOf(consumer, { prompt: 'once', maxTokens: 30_000 }, { options: { idempotencyKey: 'k' } }));
      expect(events).toEqual([]);
      expect(error).toMatchObject({ code: 'INFERENCE.NOT_RUN_AGAIN' });
    }
    await other.close();
    expect((await sums()).spentNano).toBe(costOf(written));
  });

  it('cut short is not run again for nothing when it costs something else by now', async () => {
    await credit(1_000_000n);
    engine = write(1_000, untilEnded);
    await follow(30_000, { idempotencyKey: 'k' }, (seen) => partsOf(seen) === 3);
    await sums();
    version = { ...version, price: { ...version.price, id: newId(), components: [{ unit: 'request', amountNano: 1n, per: 1n }] } };
    const { events, error } = await follow(30_000, { idempotencyKey: 'k' });
    expect(events).toEqual([]);
    expect(error).toMatchObject({ code: 'INFERENCE.NOT_RUN_AGAIN' });
  });

  it('by the second is charged for the runner that worked, not for one that was lost nor for the wait after it', async () => {
    version = modelOf({ providerTenantId: provider, price: BY_SECOND });
    await credit(1_000_000_000n);
    let begunMs = 0;
    engine = async (request, signal) => {
      request.onState!('running');
      await delay(50);
      request.onState!('queued');
      request.onState!('loading');
      await delay(150);
      begunMs = performance.now();
      request.onState!('running');
      await request.onPart!(encodeValue({ text: 'a' }));
      return untilEnded(request, signal);
    };
    const { events } = await follow(1, {}, (seen) => partsOf(seen) === 1);
    expect(events.map((event) => event.type === 'waits' && event.state)).toEqual(['running', 'queued', 'loading', 'running', false]);
    const mostNano = BigInt(Math.ceil((performance.now() - begunMs) * 1_000));
    const { rows, spentNano } = await sums();
    expect(rows).toMatchObject([{ status: 'succeeded', error_code: 'INFERENCE.CUT_SHORT_BY_CALLER' }]);
    expect(spentNano).toBeGreaterThan(0n);
    expect(spentNano).toBeLessThanOrEqual(mostNano);
  });

  it('by the second uses up none of its hold while no runner works on it', async () => {
    version = modelOf({ providerTenantId: provider, price: BY_SECOND });
    // The first slice, and nothing beyond it.
    await credit(2_000_000n);
    engine = async (request, signal) => {
      request.onState!('running');
      request.onState!('queued');
      await Promise.race([delay(2_200), untilEnded(request, signal)]);
      request.onState!('running');
      return answerOf({ text: 'a' }, { computeMs: 1 });
    };
    expect((await follow(1)).events.at(-1)).toMatchObject({ type: 'done', result: { amountNano: 1_000n } });
    expect((await sums()).spentNano).toBe(1_000n);
  });

  it('by the second is stopped by the clock, and charged for the time that was held', async () => {
    version = modelOf({ providerTenantId: provider, price: { ...BY_SECOND, components: [{ unit: 'compute_second', amountNano: 1_000_000n, per: 1n }] }, runMs: 60_000 });
    // Two seconds are held at first; the last step that can be is a quarter of one.
    await credit(2_300_000n);
    engine = (request: EngineRequest, signal) => (request.onState!('running'), untilEnded(request, signal));
    const startedMs = performance.now();
    const { error } = await follow(1);
    expect(performance.now() - startedMs).toBeLessThan(4_000);
    expect(error).toMatchObject({ code: 'INFERENCE.CUT_SHORT_BY_LIMIT', details: { parts: 0, amountNano: '2250000' } });
    expect((await sums()).spentNano).toBe(2_250_000n);
  });
});
