import { Inject } from '@nestjs/common';
import { Args, Context, Resolver, Subscription } from '@nestjs/graphql';
import { AppError, type Caller } from '@steelyard/kernel';
import { Access, CurrentCaller, type GraphqlContext } from '@steelyard/platform-graphql';
import { TRACING, type Tracing } from '@steelyard/platform-observability';
import { toJsonValue } from '@steelyard/wire';
import { endBy, giveAnswer } from '../charging/give-answer.js';
import { wasCharged } from '../following/cut-short.js';
import type { PredictEvent } from '../predict-command.js';
import { RunPrediction } from '../run-prediction.js';
import { PredictInput } from './inference.graphql-types.js';
import { toCommand, toRefusal, toSuccess } from './predict-outcome.js';
import { PredictionEvent, PredictionFailed, PredictionPart, PredictionWaits, type WaitState } from './stream.graphql-types.js';

@Resolver()
export class PredictionEventsResolver {
  constructor(
    @Inject(RunPrediction) private readonly runPrediction: RunPrediction,
    @Inject(TRACING) private readonly tracing: Tracing,
  ) {}

  @Subscription(() => PredictionEvent, {
    resolve: (event: object) => event,
    description:
      'Runs a model and tells of it: what it waits for, parts of the answer where the model gives them, and at the end one event more: the answer or why there is none. Leaving stops the model; once a part was given, the call is charged.',
  })
  @Access('predict')
  async *predictionEvents(@CurrentCaller() caller: Caller, @Args('input') input: PredictInput, @Context() context: GraphqlContext): AsyncGenerator<object, void> {
    const span = this.tracing.begin('GraphQL predictionEvents', context.traceparent);
    const events = this.runPrediction.stream(toCommand(input, caller, { signal: context.signal, span }));
    try {
      for (let step = await events.next(); !step.done; step = await events.next()) yield await present(step.value, input);
    } catch (thrown) {
      const error = await endBy(thrown, events);
      span?.fail(error);
      // Whoever has left does not hear why it ended.
      if (!context.signal?.aborted) yield toRefusal(error) ?? toFailed(error);
    } finally {
      await events.return();
      span?.end();
    }
  }
}

function present(event: PredictEvent, { tag }: PredictInput): object | Promise<object> {
  switch (event.type) {
    case 'waits':
      return Object.assign(new PredictionWaits(), { state: event.state as WaitState });
    case 'part':
      return Object.assign(new PredictionPart(), { part: toJsonValue(event.part) });
    case 'done':
      return giveAnswer(event.result, () => toSuccess(event.result, tag));
  }
}

/** @throws what is no failure but a fault of ours: the door logs it and says nothing of it */
function toFailed(error: unknown): PredictionFailed {
  if (!(error instanceof AppError)) throw error;
  const { code, message, fix = null, details } = error;
  const charged = wasCharged(error);
  const { amountNano = null, currency = null } = (charged ? details : undefined) ?? {};
  return Object.assign(new PredictionFailed(), { code, message, fix, charged, amountNano, currency });
}
