import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { NO_POLICY, type CallPolicy } from '@steelyard/domain-privacy';
import { newId } from '@steelyard/kernel';
import { describeDatabase } from '@steelyard/test-support';
import { decodeValue, encodeValue } from '@steelyard/wire';
import { answerOf, commandOf, lost, modelOf, openGateway, type Engine, type Gateway } from './gateway.fixture.js';
import type { PredictOptions } from './predict-command.js';

const PRICE = { currency: 'usd', components: [{ unit: 'character', amountNano: 1n, per: 1n }] } as const;

describeDatabase('a call under a policy of privacy', (context) => {
  let gateway: Gateway;
  let consumer: string;
  let policy: CallPolicy;
  let engine: Engine;

  beforeEach(async () => {
    consumer = newId();
    policy = NO_POLICY;
    engine = async ({ input }) => answerOf(decodeValue(input));
    const version = modelOf({ providerTenantId: newId(), price: PRICE, task: 'text-classification' });
    gateway = await openGateway(context.database(), { version: () => version, engine: () => engine, policy: () => policy });
    await gateway.ledger.credit({ tenantId: consumer, amountNano: 1_000_000n, currency: 'usd', reason: 'test', transferId: newId() });
  });
  afterEach(() => gateway.close());

  const run = (input: unknown, options: PredictOptions = {}) => gateway.predictions.run(commandOf(consumer, input, { options }));
  const runs = () => gateway.calls.length;

  it('gives the model the masked input, charges for that, and writes down what was masked', async () => {
    policy = { ...NO_POLICY, mask: new Set(['email']) };
    const { answer, amountNano, masked, predictionId } = await run({ text: 'to a@b.io' });
    expect(decodeValue(gateway.calls[0]!.input)).toEqual({ text: 'to [email]' });
    expect({ value: answer.value, amountNano, masked }).toEqual({ value: { text: 'to [email]' }, amountNano: 10n, masked: { email: 1 } });
    const find = () => gateway.finder.find(commandOf(consumer, {}).caller, predictionId);
    expect(await find()).toMatchObject({ masked: { email: 1 } });
    await gateway.metering.flush();
    expect(await find()).toMatchObject({ masked: { email: 1 } });
    expect((await run({ text: 'nothing' })).masked).toBeUndefined();
  });

  it('masks what came as CBOR, too, and passes on untouched what holds nothing', async () => {
    policy = { ...NO_POLICY, mask: new Set(['email']) };
    for (const text of ['a@b.io', 'plain']) {
      const encoded = encodeValue({ text });
      await gateway.predictions.run({ ...commandOf(consumer, { text }, { options: {} }), encoded });
      if (text === 'plain') expect(gateway.calls.at(-1)!.input).toBe(encoded);
      else expect(decodeValue(gateway.calls.at(-1)!.input)).toEqual({ text: '[email]' });
    }
  });

  it('does not run, hold or charge anything when it is blocked, by the policy or by its own wish', async () => {
    policy = { ...NO_POLICY, block: new Set(['ip']) };
    await expect(run({ text: '203.0.113.7' })).rejects.toMatchObject({ code: 'PRIVACY.BLOCKED', details: { kinds: ['ip'] } });
    await expect(run({ text: 'a@b.io' }, { privacy: 'block' })).rejects.toMatchObject({ code: 'PRIVACY.BLOCKED', details: { kinds: ['email'] } });
    // Its own wish adds to the policy, and takes nothing from it.
    await expect(run({ text: '203.0.113.7' }, { privacy: 'mask' })).rejects.toMatchObject({ code: 'PRIVACY.BLOCKED' });
    expect(runs()).toBe(0);
    expect(await gateway.ledger.balance(consumer, 'usd')).toMatchObject({ availableNano: 1_000_000n, heldNano: 0n });
    expect((await run({ text: 'a@b.io' }, { privacy: 'mask' })).masked).toEqual({ email: 1 });
  });

  it('is offered to be kept only where a policy says for how long: with its answer, or the input of one that failed', async () => {
    await run({ text: 'x' });
    policy = { ...NO_POLICY, retentionHours: 0 };
    await run({ text: 'x' });
    expect(gateway.kept).toEqual([]);
    policy = { ...NO_POLICY, mask: new Set(['email']), retentionHours: 5 };
    const { predictionId } = await run({ text: 'a@b.io' });
    engine = async () => Promise.reject(lost());
    await expect(run({ text: 'fails' })).rejects.toMatchObject({ code: 'ENGINE.RUNNER_LOST' });
    const [kept, failed] = gateway.kept;
    expect(kept).toMatchObject({ predictionId, tenantId: consumer, retentionHours: 5 });
    expect([kept!.input, kept!.output!].map(decodeValue)).toEqual([{ text: '[email]' }, { text: '[email]' }]);
    expect({ input: decodeValue(failed!.input), output: failed!.output }).toEqual({ input: { text: 'fails' }, output: undefined });
  });

  it('with none kept, is run again for a retry, which costs nothing; else its answer is remembered', async () => {
    const twice = async (idempotencyKey: string) => [await run({ text: 'once' }, { idempotencyKey }), await run({ text: 'once' }, { idempotencyKey })] as const;
    const [, remembered] = await twice('a');
    expect({ replayed: remembered.replayed, runs: runs() }).toEqual({ replayed: true, runs: 1 });
    policy = { ...NO_POLICY, retentionHours: 0 };
    const [, again] = await twice('b');
    expect({ replayed: again.replayed, amountNano: again.amountNano, runs: runs() }).toEqual({ replayed: true, amountNano: 0n, runs: 3 });
    for (let retry = 0; retry < 2; retry += 1) await run({ text: 'once' }, { idempotencyKey: 'b' });
    await expect(run({ text: 'once' }, { idempotencyKey: 'b' })).rejects.toMatchObject({ code: 'INFERENCE.ANSWER_GONE' });
  });
});
