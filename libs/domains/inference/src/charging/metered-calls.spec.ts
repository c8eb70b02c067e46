import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { EngineAnswer } from '@steelyard/dispatch';
import { feeOf, newId, type PriceTerms } from '@steelyard/kernel';
import type { ResolvedVersion } from '@steelyard/domain-catalog';
import { describeDatabase } from '@steelyard/test-support';
import { answerOf, commandOf, FEE_BASIS_POINTS, late, lost, modelOf, openBudget, openGateway, untilEnded, type Engine, type Gateway, type Model } from '../gateway.fixture.js';
import type { PredictOptions } from '../predict-command.js';

const CREDIT_NANO = 1_000_000_000n;

const priceOf = (...components: PriceTerms['components']): PriceTerms => ({ currency: 'usd', components });
const BY_TOKEN = priceOf({ unit: 'input_token', amountNano: 150_000_000n, per: 1_000_000n }, { unit: 'output_token', amountNano: 600_000_000n, per: 1_000_000n });

describeDatabase('a measured call', (context) => {
  let consumer: string;
  let provider: string;
  let engine: Engine;
  let version: ResolvedVersion;
  let gateways: Gateway[];

  beforeEach(async () => {
    [consumer, provider] = [newId(), newId()];
    const options = { version: () => version, engine: () => engine };
    gateways = await Promise.all([openGateway(context.database(), options), openGateway(context.database(), options)]);
    await gateways[0]!.ledger.credit({ tenantId: consumer, amountNano: CREDIT_NANO, currency: 'usd', reason: 'test', transferId: newId() });
  });

  afterEach(() => Promise.all(gateways.map((gateway) => gateway.close())));

  /** One more gateway, which writes down what has ended when it is told to. */
  async function withSlowFlush(): Promise<Gateway> {
    const gateway = await openGateway(context.database(), { version: () => version, engine: () => engine, flushIntervalMs: 3_600_000 });
    gateways.push(gateway);
    return gateway;
  }

  const sell = (price: PriceTerms, more: Partial<Model> = {}) => (version = modelOf({ providerTenantId: provider, price, ...more }));
  const run = (input: unknown, { at = 0, ...options }: PredictOptions & { at?: number } = {}) => gateways[at]!.predictions.run(commandOf(consumer, input, { options }));
  const generation = (inputTokens: number, outputTokens: number, timings = {}) => answerOf({ text: 'x', finishReason: 'stop', usage: { inputTokens, outputTokens } }, timings);

  /** What was written of all calls, what they cost, and that all accounts agree. */
  async function sums() {
    for (const { metering } of gateways) await metering.flush();
    const { pool } = context.database();
    const { rows } = await pool.query('SELECT status, unit, quantity, amount_nano, fee_nano, lines, free_quantity, tag FROM usage_event WHERE consumer_tenant_id = $1 ORDER BY id', [consumer]);
    const { ledger } = gateways[0]!;
    const { availableNano, heldNano } = await ledger.balance(consumer, 'usd');
    const spentNano = CREDIT_NANO - availableNano;
    expect(heldNano).toBe(0n);
    expect((await ledger.trialBalance()).every(({ balanced }) => balanced)).toBe(true);
    expect(rows.reduce((sum, row) => sum + BigInt(row.amount_nano), 0n)).toBe(spentNano);
    expect(await ledger.earnings(provider, 'usd')).toBe(spentNano - rows.reduce((sum, row) => sum + BigInt(row.fee_nano), 0n));
    return { rows, spentNano };
  }

  const image = { type: 'string', contentMediaType: 'image/png', contentEncoding: 'base64' };
  it.each<[string, PriceTerms, Partial<Model>, unknown, bigint]>([
    ['a request', priceOf({ unit: 'request', amountNano: 7n, per: 1n }), {}, {}, 7n],
    ['pictures', priceOf({ unit: 'image', amountNano: 10n, per: 1n }), { input: { properties: { images: { type: 'array', items: image } } } }, { images: ['AA', 'BB', 'CC'] }, 30n],
    ['characters', priceOf({ unit: 'character', amountNano: 10n, per: 4n }), { task: 'text-classification' }, { text: '四个字!🦊' }, 12n],
    ['embeddings', priceOf({ unit: 'embedding', amountNano: 9n, per: 1n }), { task: 'text-embedding' }, { text: 'a' }, 9n],
    // {"blob": 100,000 bytes}: a map, the name and the bytes with their length.
    ['megabytes', priceOf({ unit: 'megabyte', amountNano: 1_000_000n, per: 1n }), {}, { blob: new Uint8Array(100_000) }, 100_011n],
    ['compute seconds', priceOf({ unit: 'compute_second', amountNano: 2_000n, per: 1n }), {}, {}, 1_000n],
    ['tokens', BY_TOKEN, { task: 'text-generation' }, { prompt: 'once', maxTokens: 50 }, 5n * 150n + 30n * 600n],
  ])('is charged for %s exactly', async (_name, price, model, input, amountNano) => {
    sell(price, model);
    engine = async () => generation(5, 30, { computeMs: 500 });
    const { lines, ...result } = await run(input, { tag: 'project 7' });
    expect(result).toMatchObject({ amountNano, isFree: false });
    expect(lines.reduce((sum, line) => sum + line.amountNano, 0n)).toBe(amountNano);
    const { rows, spentNano } = await sums();
    expect(spentNano).toBe(amountNano);
    expect(rows).toMatchObject([{ status: 'succeeded', unit: price.components[0]!.unit, quantity: String(lines[0]!.quantity), fee_nano: String(feeOf(amountNano, FEE_BASIS_POINTS)), tag: 'project 7' }]);
    expect(rows[0].lines).toEqual(price.components.length === 1 ? null : lines.map((line) => [line.unit, String(line.quantity), String(line.amountNano)]));
  });

  it('is looked up with all that it was charged for, before it is written and after', async () => {
    sell(BY_TOKEN, { task: 'text-generation' });
    engine = async () => generation(5, 30);
    const { predictionId, lines } = await run({ prompt: 'once' }, { tag: 't' });
    const find = () => gateways[0]!.finder.find(commandOf(consumer, {}).caller, predictionId);
    expect(await find()).toMatchObject({ lines, tag: 't', isFree: false });
    await sums();
    expect(await find()).toMatchObject({ lines, tag: 't', isFree: false });
  });

  it('costs no more than its caller was told, whatever its answer says', async () => {
    sell(BY_TOKEN, { task: 'text-generation' });
    engine = async () => generation(1e9, 1e9);
    const told = await gateways[0]!.estimates.estimate(commandOf(consumer, { prompt: 'once', maxTokens: 10 }));
    expect((await run({ prompt: 'once', maxTokens: 10 })).amountNano).toBe(told.mostNano);
    engine = async () => answerOf({ text: 'no usage', usage: { inputTokens: -1, outputTokens: 'many' } });
    expect((await run({ prompt: 'once' })).amountNano).toBe(0n);
    expect((await sums()).spentNano).toBe(told.mostNano);
  });

  it.each([['', undefined], [' with a key', 'k']])('that cannot be written down holds nothing%s, and its key is given back', async (_name, idempotencyKey) => {
    sell(priceOf({ unit: 'request', amountNano: CREDIT_NANO, per: 1n }));
    engine = async () => answerOf({});
    await gateways[0]!.metering.close();
    await expect(run({}, { idempotencyKey })).rejects.toMatchObject({ code: 'METERING.NOT_STARTED' });
    expect(await run({}, { at: 1, idempotencyKey })).toMatchObject({ amountNano: CREDIT_NANO, replayed: false });
  });

  it('that may cost more than anybody has is refused, and runs not', async () => {
    sell(priceOf({ unit: 'output_token', amountNano: 2n ** 62n, per: 1n }), { task: 'text-generation' });
    await expect(run({ prompt: 'once' })).rejects.toMatchObject({ code: 'INFERENCE.PAYMENT_REQUIRED' });
    expect(gateways[0]!.calls).toEqual([]);
  });

  it('is refused by a budget with its name', async () => {
    sell(priceOf({ unit: 'request', amountNano: 7n, per: 1n }));
    const budgetId = await openBudget(context.database(), consumer, 20n);
    engine = async () => answerOf({});
    await run({});
    await run({});
    await expect(run({})).rejects.toMatchObject({ code: 'INFERENCE.LIMIT_REACHED', details: { budgetId, requiredNano: '7', availableNano: '6' } });
    expect(await gateways[0]!.estimates.estimate(commandOf(consumer, {}))).toMatchObject({ refusal: 'INFERENCE.LIMIT_REACHED', budgetId, mostNano: 7n });
    expect((await sums()).spentNano).toBe(14n);
  });

  it.each(['', 'x'.repeat(65), 'line\nbreak', '四'])('is refused with the tag %j', async (tag) => {
    sell(BY_TOKEN);
    await expect(run({}, { tag })).rejects.toMatchObject({ code: 'INFERENCE.TAG_INVALID' });
  });

  describe('with free units', () => {
    it('of one kind leaves those of another that the model gives to them', async () => {
      const byToken = sell({ ...BY_TOKEN, free: { unit: 'output_token', quantity: 100n } }, { task: 'text-generation' });
      engine = async () => generation(5, 30);
      expect(await run({ prompt: 'once', maxTokens: 50 })).toMatchObject({ isFree: true });
      await sums();
      version = { ...modelOf({ providerTenantId: provider, price: { ...priceOf({ unit: 'request', amountNano: 1_000n, per: 1n }), free: { unit: 'request', quantity: 2n } }, task: 'text-generation' }), modelId: byToken.modelId };
      const left = async () => (await gateways[0]!.estimates.estimate(commandOf(consumer, { prompt: 'once', maxTokens: 50 }))).free;
      expect(await left()).toEqual({ unit: 'request', quantity: 2n, left: 2n });
      const results = [];
      for (const _ of [1, 2, 3]) results.push(await run({ prompt: 'once' }));
      expect(results.map(({ isFree, amountNano }) => [isFree, amountNano])).toEqual([[true, 0n], [true, 0n], [false, 1_000n]]);
      expect((await sums()).spentNano).toBe(1_000n);
      expect(await left()).toEqual({ unit: 'request', quantity: 2n, left: 0n });
      version = byToken;
      expect(await left()).toEqual({ unit: 'output_token', quantity: 100n, left: 70n });
    });

    it('gives exactly those away, to calls at two gateways at once', async () => {
      sell({ ...priceOf({ unit: 'request', amountNano: 1_000n, per: 1n }), free: { unit: 'request', quantity: 17n } });
      engine = async () => answerOf({});
      const results = await Promise.all(Array.from({ length: 60 }, (_, index) => run({}, { at: index % 2 })));
      expect(results.filter(({ isFree, amountNano }) => isFree && amountNano === 0n)).toHaveLength(17);
      expect(results.filter(({ isFree, amountNano }) => !isFree && amountNano === 1_000n)).toHaveLength(43);
      const { rows, spentNano } = await sums();
      expect(spentNano).toBe(43_000n);
      expect(rows.filter((row) => row.free_quantity === '1')).toHaveLength(17);
    });

    it('holds what a call may use of them and takes what it used', async () => {
      sell({ ...BY_TOKEN, free: { unit: 'output_token', quantity: 100n } }, { task: 'text-generation' });
      engine = async () => generation(5, 30);
      const ask = async (maxTokens: number) => {
        const result = await run({ prompt: 'once', maxTokens });
        await gateways[0]!.metering.flush();
        return result;
      };
      for (const maxTokens of [100, 70, 40]) expect(await ask(maxTokens)).toMatchObject({ isFree: true, amountNano: 0n });
      // 10 are left, which a call that may use 11 does not fit into: it is paid whole.
      expect(await ask(11)).toMatchObject({ isFree: false, amountNano: 5n * 150n + 11n * 600n });
      engine = async () => generation(5, 10);
      expect(await ask(10)).toMatchObject({ isFree: true });
      expect(await ask(1)).toMatchObject({ isFree: false });
      const { rows } = await sums();
      expect(rows.map((row) => row.free_quantity)).toEqual(['30', '30', '30', '0', '10', '0']);
      expect(rows[0].lines).toEqual([['input_token', '5', '0'], ['output_token', '30', '0']]);
    });

    it('takes at least one for each, so that a call is known to be free and they come to an end', async () => {
      sell({ ...BY_TOKEN, free: { unit: 'output_token', quantity: 2n } }, { task: 'text-generation' });
      engine = async () => generation(5, 0);
      for (const isFree of [true, true, false]) {
        expect(await run({ prompt: 'once', maxTokens: 1 })).toMatchObject({ isFree });
        await gateways[0]!.metering.flush();
      }
      const { rows, spentNano } = await sums();
      expect(rows.map((row) => row.free_quantity)).toEqual(['1', '1', '0']);
      expect(rows[0].lines).toEqual([['input_token', '5', '0'], ['output_token', '0', '0']]);
      expect(spentNano).toBe(5n * 150n);
    });

    it('takes none of them for a call that fails', async () => {
      sell({ ...priceOf({ unit: 'request', amountNano: 1_000n, per: 1n }), free: { unit: 'request', quantity: 1n } });
      engine = () => Promise.reject(lost());
      await expect(run({})).rejects.toThrow('lost');
      await sums();
      engine = async () => answerOf({});
      expect(await run({})).toMatchObject({ isFree: true });
      expect((await sums()).spentNano).toBe(0n);
    });

    it('needs no credit for them', async () => {
      sell({ ...priceOf({ unit: 'request', amountNano: 1_000n, per: 1n }), free: { unit: 'request', quantity: 1n } });
      engine = async () => answerOf({});
      consumer = newId();
      expect(await run({})).toMatchObject({ isFree: true });
      await expect(run({})).rejects.toMatchObject({ code: 'INFERENCE.PAYMENT_REQUIRED' });
    });
  });

  describe('that is sent again', () => {
    it('after a timeout is charged once, with its key or without', async () => {
      sell(BY_TOKEN, { task: 'text-generation' });
      for (const idempotencyKey of ['k', undefined]) {
        engine = (request, signal) => untilEnded(request, signal);
        await expect(run({ prompt: 'once' }, { idempotencyKey, deadlineMs: 30 })).rejects.toMatchObject({ code: late().code });
        engine = async () => generation(5, 30);
        expect(await run({ prompt: 'once' }, { idempotencyKey })).toMatchObject({ replayed: false });
      }
      const { rows, spentNano } = await sums();
      expect(spentNano).toBe(2n * 18_750n);
      expect(rows.map((row) => row.status).sort()).toEqual(['failed', 'failed', 'succeeded', 'succeeded']);
    });

    it('after an answer that was lost is charged once with its key, and twice without', async () => {
      sell(BY_TOKEN, { task: 'text-generation' });
      engine = async () => generation(5, 30);
      for (const idempotencyKey of ['k', 'k', undefined, undefined]) await run({ prompt: 'once' }, { idempotencyKey });
      expect((await sums()).spentNano).toBe(3n * 18_750n);
      expect(gateways[0]!.calls).toHaveLength(3);
    });

    it('after a failure that is not written yet is answered and charged, and no sooner', async () => {
      const slow = await withSlowFlush();
      sell(priceOf({ unit: 'request', amountNano: 7n, per: 1n }));
      engine = () => Promise.reject(lost());
      jest.spyOn(slow.ledger, 'release').mockRejectedValueOnce(new Error('terminating connection'));
      const again = () => slow.predictions.run(commandOf(consumer, {}, { options: { idempotencyKey: 'k' } }));
      await expect(again()).rejects.toThrow();
      engine = async () => answerOf({});
      await expect(again()).rejects.toMatchObject({ code: 'INFERENCE.STILL_RUNNING', retryable: true });
      await slow.metering.flush();
      expect(await again()).toMatchObject({ replayed: false, amountNano: 7n });
      expect((await sums()).spentNano).toBe(7n);
    });

    it('after an answer that is not written yet, and whose hold another server gave up, is that answer', async () => {
      const slow = await withSlowFlush();
      sell(priceOf({ unit: 'request', amountNano: 7n, per: 1n }));
      engine = async () => answerOf({ text: 'first' });
      const again = () => slow.predictions.run(commandOf(consumer, {}, { options: { idempotencyKey: 'k' } }));
      const { predictionId } = await again();
      await context.database().pool.query("UPDATE ledger_hold SET expires_at = now() - INTERVAL '1 hour' WHERE tenant_id = $1", [consumer]);
      expect(await gateways[1]!.ledger.expireHolds([])).toBe(1);
      engine = async () => answerOf({ text: 'second' });
      const { answer, ...result } = await again();
      expect({ ...result, text: answer.value }).toMatchObject({ predictionId, replayed: true, text: { text: 'first' } });
      expect(slow.calls).toHaveLength(1);
      expect((await sums()).spentNano).toBe(7n);
    });

    it('is left its hold by the first try, which was slow and fails at last', async () => {
      sell(priceOf({ unit: 'request', amountNano: 7n, per: 1n }));
      const works: { readonly end: (answer: EngineAnswer) => void; readonly fail: (error: Error) => void }[] = [];
      engine = () => new Promise((end, fail) => works.push({ end, fail }));
      const begun = async (count: number) => {
        while (works.length < count) await pause(1);
      };
      const first = run({}, { at: 0, idempotencyKey: 'k' });
      await begun(1);
      await context.database().pool.query("UPDATE ledger_hold SET expires_at = now() - INTERVAL '1 hour' WHERE tenant_id = $1", [consumer]);
      expect(await gateways[1]!.ledger.expireHolds([])).toBe(1);
      const second = run({}, { at: 1, idempotencyKey: 'k' });
      await begun(2);
      works[0]!.fail(lost());
      await expect(first).rejects.toMatchObject({ code: 'ENGINE.RUNNER_LOST' });
      expect(await gateways[0]!.ledger.balance(consumer, 'usd')).toMatchObject({ heldNano: 7n });
      works[1]!.end(answerOf({}));
      expect(await second).toMatchObject({ amountNano: 7n, replayed: false });
      expect((await sums()).spentNano).toBe(7n);
    });

    it('to two gateways at once is charged once', async () => {
      sell(BY_TOKEN, { task: 'text-generation' });
      engine = async () => generation(5, 30);
      const tries = await Promise.allSettled(Array.from({ length: 20 }, (_, index) => run({ prompt: 'once' }, { at: index % 2, idempotencyKey: 'k' })));
      for (const outcome of tries) {
        // Two that ask for the same at the same moment may meet at the database: then too it is to be sent again.
        if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: expect.stringMatching(/^(INFERENCE.STILL_RUNNING|LEDGER.UNAVAILABLE)$/), retryable: true });
        else expect(outcome.value.answer.value).toMatchObject({ usage: { outputTokens: 30 } });
      }
      const { rows, spentNano } = await sums();
      expect(rows).toHaveLength(1);
      expect(spentNano).toBe(18_750n);
      // The gateway that has no answer runs it again, for nothing.
      const again = await Promise.all([run({ prompt: 'once' }, { at: 0, idempotencyKey: 'k' }), run({ prompt: 'once' }, { at: 1, idempotencyKey: 'k' })]);
      expect(again).toMatchObject([{ replayed: true }, { replayed: true }]);
      expect((await sums()).spentNano).toBe(18_750n);
    });
  });

  describe('before it is made', () => {
    const estimate = (input: unknown) => gateways[0]!.estimates.estimate(commandOf(consumer, input));

    it('is told from and to, and what there is', async () => {
      sell(BY_TOKEN, { task: 'text-generation' });
      expect(await estimate({ prompt: 'once', maxTokens: 10 })).toMatchObject({
        leastNano: 150n,
        mostNano: 12n * 150n + 10n * 600n,
        lines: [{ unit: 'input_token', least: 1n, most: 12n }, { unit: 'output_token', least: 0n, most: 10n, mostNano: 6_000n }],
        free: undefined,
        isFree: false,
        availableNano: CREDIT_NANO,
        refusal: undefined,
      });
      expect(gateways[0]!.calls).toEqual([]);
      expect((await sums()).rows).toEqual([]);
    });

    it('is told exactly where that is known, and what is free', async () => {
      sell({ ...priceOf({ unit: 'character', amountNano: 10n, per: 1n }), free: { unit: 'character', quantity: 8n } }, { task: 'text-classification' });
      engine = async () => answerOf({});
      expect(await estimate({ text: 'abcde' })).toMatchObject({ leastNano: 0n, mostNano: 0n, isFree: true, free: { unit: 'character', quantity: 8n, left: 8n } });
      await run({ text: 'abcde' });
      await sums();
      expect(await estimate({ text: 'abcde' })).toMatchObject({ leastNano: 50n, mostNano: 50n, isFree: false, free: { left: 3n } });
      await expect(estimate({ text: 5 })).rejects.toMatchObject({ code: 'INFERENCE.INPUT_INVALID' });
      consumer = newId();
      expect(await estimate({ text: 'abcdefghi' })).toMatchObject({ mostNano: 90n, availableNano: 0n, refusal: 'INFERENCE.PAYMENT_REQUIRED' });
    });
  });
});
