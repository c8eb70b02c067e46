import { Inject } from '@nestjs/common';
import { Args, Context, ID, Mutation, Query, Resolver } from '@nestjs/graphql';
import { PredictionStatus } from '@steelyard/domain-metering';
import type { Caller } from '@steelyard/kernel';
import { Access, CurrentCaller, type GraphqlContext } from '@steelyard/platform-graphql';
import { TRACING, traced, type Tracing } from '@steelyard/platform-observability';
import { giveAnswer } from '../charging/give-answer.js';
import { FindPrediction, type PredictionSummary } from '../find-prediction.js';
import { RunPrediction } from '../run-prediction.js';
import { Prediction, PredictInput, PredictOutcome, type PredictRefusal, type PredictSuccess } from './inference.graphql-types.js';
import { toCommand, toMasked, toRefusal, toSuccess } from './predict-outcome.js';

@Resolver()
export class PredictResolver {
  constructor(
    @Inject(RunPrediction) private readonly runPrediction: RunPrediction,
    @Inject(FindPrediction) private readonly findPrediction: FindPrediction,
    @Inject(TRACING) private readonly tracing: Tracing,
  ) {}

  @Mutation(() => PredictOutcome, { description: 'Runs a model on an input and waits for the answer.' })
  @Access('predict')
  async predict(
    @CurrentCaller() caller: Caller,
    @Args('input') input: PredictInput,
    @Context() context: GraphqlContext,
  ): Promise<PredictSuccess | PredictRefusal> {
    const span = this.tracing.begin('GraphQL predict', context.traceparent);
    try {
      const result = await traced(span, this.runPrediction.run(toCommand(input, caller, { signal: context.signal, span })));
      return await giveAnswer(result, () => toSuccess(result, input.tag));
    } catch (error) {
      const refusal = toRefusal(error);
      if (refusal) return refusal;
      throw error;
    }
  }

  @Query(() => Prediction, { nullable: true, description: 'A prediction of your organization: that it ran and what it cost.' })
  @Access('usage:read')
  async prediction(@CurrentCaller() caller: Caller, @Args('id', { type: () => ID }) id: string): Promise<Prediction | null> {
    const found = await this.findPrediction.find(caller, id);
    return found ? toPrediction(found) : null;
  }
}

function toPrediction(found: PredictionSummary): Prediction {
  return {
    id: found.id,
    status: found.status as PredictionStatus,
    modelId: found.modelId,
    versionId: found.versionId,
    units: [...found.lines],
    amountNano: found.amountNano,
    isFree: found.isFree,
    tag: found.tag,
    masked: toMasked(found.masked),
    currency: found.currency,
    queueMs: found.queueMicros / 1_000,
    computeMs: found.computeMicros / 1_000,
    totalMs: found.totalMicros / 1_000,
    errorCode: found.errorCode,
    occurredAt: found.occurredAt,
  };
}
