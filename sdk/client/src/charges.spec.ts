import { describe, expect, it } from '@jest/globals';
import { failureOf, ok, refuse, serve, type Answer } from '../spec/native-server.js';
import { CutShortError, LimitReachedError, PaymentRequiredError } from './index.js';

const json = (body: unknown): Answer => (_request, response) => void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));

describe('what a call cost', () => {
  it('is told unit by unit, and whether it was free', async () => {
    const { connect, seen } = await serve(ok({}, { 'steelyard-units': 'input_token=12, output_token=64', 'steelyard-free': 'true' }));
    const { prediction } = await connect().model('acme/story').runWithDetails({ prompt: 'x' }, { tag: 'project 7', headers: { traceparent: 't' } });
    expect(prediction).toMatchObject({ units: [{ unit: 'input_token', quantity: 12n }, { unit: 'output_token', quantity: 64n }], free: true });
    expect(seen[0]!.headers).toMatchObject({ 'steelyard-tag': 'project 7', traceparent: 't' });
  });

  it('is refused by a budget with its name, and never tried again', async () => {
    const { connect, seen } = await serve(refuse(402, { code: 'INFERENCE.LIMIT_REACHED', details: { budgetId: 'b-1', requiredNano: '7', availableNano: '6' } }));
    const error = await failureOf(connect().run('acme/story', {}));
    expect(error).toBeInstanceOf(LimitReachedError);
    expect(error).toBeInstanceOf(PaymentRequiredError);
    expect(error).toMatchObject({ name: 'LimitReachedError', budgetId: 'b-1', requiredNano: 7n, availableNano: 6n, charged: 'no', chargedNano: undefined });
    expect(seen).toHaveLength(1);
  });

  it('is said by the error of a stream that was cut short by what its caller can pay', async () => {
    const failure = { status: 402, error: { code: 'INFERENCE.CUT_SHORT_BY_LIMIT', message: 'used up', charged: true, details: { parts: 1, amountNano: '1500', currency: 'usd', budgetId: 'b-1' } } };
    const { connect, seen } = await serve((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end(`event: part\ndata: {"text":"a"}\n\nevent: error\ndata: ${JSON.stringify(failure)}\n\n`);
    });
    const parts: unknown[] = [];
    const read = async () => {
      for await (const part of connect().stream('acme/story', {})) parts.push(part);
    };
    const error = await failureOf(read());
    expect(error).toBeInstanceOf(CutShortError);
    expect(error).toMatchObject({ name: 'CutShortError', charged: 'yes', chargedNano: 1_500n, budgetId: 'b-1', status: 402 });
    expect(parts).toEqual([{ text: 'a' }]);
    expect(seen).toHaveLength(1);
  });
});

describe('an estimate', () => {
  const answer = {
    model: 'acme/story@1.0.0', currency: 'usd', leastNano: '150', mostNano: '7800', availableNano: '100',
    lines: [{ unit: 'output_token', least: '0', most: '10', leastNano: '0', mostNano: '6000' }],
    free: { unit: 'output_token', quantity: '100', left: '3' }, isFree: false, allowed: false, refusal: 'INFERENCE.PAYMENT_REQUIRED',
  };

  it('has what a call would cost, and what is free', async () => {
    const { connect, seen } = await serve(json(answer));
    expect(await connect().estimate('acme/story:beta', { prompt: 'x' }, { deadlineMs: 500 })).toEqual({
      ...answer, leastNano: 150n, mostNano: 7_800n, availableNano: 100n,
      lines: [{ unit: 'output_token', least: 0n, most: 10n, leastNano: 0n, mostNano: 6_000n }],
      free: { unit: 'output_token', quantity: 100n, left: 3n },
    });
    expect(seen[0]).toMatchObject({ path: '/v1/estimate/acme/story:beta', body: '{"prompt":"x"}' });
    expect(seen[0]!.headers).toMatchObject({ authorization: 'Bearer key-1', 'steelyard-deadline-ms': '500' });
    expect(seen[0]!.headers['idempotency-key']).toBeUndefined();
  });

  it('fails typed', async () => {
    const { connect } = await serve(refuse(404, { code: 'CATALOG.MODEL_NOT_FOUND' }), json('<html>'), json({ leastNano: 'x' }));
    const estimate = () => failureOf(connect().model('acme/story').estimate({}));
    expect(await estimate()).toMatchObject({ name: 'NotFoundError', code: 'CATALOG.MODEL_NOT_FOUND' });
    expect(await estimate()).toMatchObject({ code: 'CLIENT.ANSWER_UNREADABLE', charged: 'no' });
    expect(await estimate()).toMatchObject({ code: 'CLIENT.ANSWER_UNREADABLE' });
    expect(await failureOf(connect().estimate('story', {}))).toMatchObject({ code: 'CLIENT.REF_INVALID' });
  });
});
