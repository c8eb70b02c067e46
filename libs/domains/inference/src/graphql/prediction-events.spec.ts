import { expect, it } from '@jest/globals';
import type { Caller } from '@steelyard/kernel';
import { noTracing } from '@steelyard/platform-observability';
import { inferenceErrors } from '../errors.js';
import { Answer } from '../answer.js';
import type { PredictEvent, PredictResult } from '../predict-command.js';
import type { RunPrediction } from '../run-prediction.js';
import { LimitReached } from './inference.graphql-types.js';
import { PredictionEventsResolver } from './prediction-events.resolver.js';
import { PredictionFailed } from './stream.graphql-types.js';

const failing = (error: Error) =>
  async function* (): AsyncGenerator<PredictEvent, void> {
    yield await Promise.reject(error);
  };

async function lastEventOf(stream: () => AsyncGenerator<PredictEvent, void>): Promise<object | undefined> {
  const resolver = new PredictionEventsResolver({ stream } as unknown as RunPrediction, noTracing);
  let last: object | undefined;
  for await (const event of resolver.predictionEvents({} as Caller, { ref: 'acme/story', input: {} }, {} as never)) last = event;
  return last;
}

const lastEvent = (error: Error) => lastEventOf(failing(error));

it('ends a call that was cut short with what it costs', async () => {
  const event = await lastEvent(inferenceErrors.CUT_SHORT_BY_LIMIT({ parts: 3, id: 'p1', amountNano: '1500', currency: 'usd', budgetId: 'b1' }));
  expect(event).toBeInstanceOf(PredictionFailed);
  expect(event).toMatchObject({ code: 'INFERENCE.CUT_SHORT_BY_LIMIT', charged: true, amountNano: '1500', currency: 'usd' });
});

it('says of other failures that they cost nothing', async () => {
  expect(await lastEvent(inferenceErrors.HOLD_GONE({}))).toMatchObject({ code: 'INFERENCE.HOLD_GONE', charged: false, amountNano: null, currency: null });
});

it('ends a call that a budget does not cover with its refusal', async () => {
  const event = await lastEvent(inferenceErrors.LIMIT_REACHED({ requiredNano: '7', availableNano: '6', currency: 'usd', budgetId: 'b1' }));
  expect(event).toBeInstanceOf(LimitReached);
  expect(event).toMatchObject({ budgetId: 'b1', requiredNano: '7', availableNano: '6' });
});

it('ends a call whose answer it cannot write with what it costs', async () => {
  const result = { predictionId: 'p1', answer: new Answer(Uint8Array.of(0xff)), version: {}, lines: [], amountNano: 7n, currency: 'usd', replayed: false } as unknown as PredictResult;
  const event = await lastEventOf(async function* () {
    yield { type: 'done', result };
  });
  expect(event).toBeInstanceOf(PredictionFailed);
  expect(event).toMatchObject({ code: 'INFERENCE.ANSWER_UNWRITABLE', charged: true, amountNano: '7', currency: 'usd' });
});
