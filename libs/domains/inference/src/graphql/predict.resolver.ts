import { Inject } from '@nestjs/common';
import { Args, Context, ID, Mutation, Query, Resolver } from '@nestjs/graphql';
import { PredictionStatus } from '@steelyard/domain-metering';
import { AppError, type Caller } from '@steelyard/kernel';
import type { Problem } from '@steelyard/model-package';
import { Access, CurrentCaller, type GraphqlContext } from '@steelyard/platform-graphql';
import { toJsonValue } from '@steelyard/wire';
import { FindPrediction, type PredictionSummary } from '../find-prediction.js';
import type { PredictResult } from '../predict-command.js';
import { RunPrediction } from '../run-prediction.js';
import { InputInvalid, PaymentRequired, Prediction, PredictInput, PredictOutcome, PredictSuccess } from './inference.graphql-types.js';

@Resolver()
export class PredictResolver {
  constructor(
    @Inject(RunPrediction) private readonly runPrediction: RunPrediction,
    @Inject(FindPrediction) private readonly findPrediction: FindPrediction,
  ) {}

  @Mutation(() => PredictOutcome, { description: 'Runs a model on an input and waits for the answer.' })
  @Access('predict')
  async predict(
    @CurrentCaller() caller: Caller,
    @Args('input') input: PredictInput,
    @Context() context: GraphqlContext,
  ): Promise<PredictSuccess | PaymentRequired | InputInvalid> {
    const { ref, input: value, ...options } = input;
    try {
      return toSuccess(await this.runPrediction.run({ ref, input: value, caller, options: withoutNulls(options), signal: context.signal }));
    } catch (error) {
      return toOutcome(error);
    }
  }

  @Query(() => Prediction, { nullable: true, description: 'A prediction of your organization: that it ran and what it cost.' })
  @Access('usage:read')
  async prediction(@CurrentCaller() caller: Caller, @Args('id', { type: () => ID }) id: string): Promise<Prediction | null> {
    const found = await this.findPrediction.find(caller, id);
    return found ? toPrediction(found) : null;
  }
}

/** GraphQL clients say "not given" by null as well as by leaving out. */
function withoutNulls<T extends object>(options: T): T {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== null)) as T;
}

function toSuccess(result: PredictResult): PredictSuccess {
  const { version, timings } = result;
  const prediction: Prediction = {
    id: result.predictionId,
    status: PredictionStatus.SUCCEEDED,
    modelId: version.modelId,
    versionId: version.versionId,
    units: [{ unit: version.price.unit, quantity: 1n }],
    amountNano: result.amountNano,
    currency: result.currency,
    ...timings,
    errorCode: null,
    occurredAt: new Date(),
  };
  return Object.assign(new PredictSuccess(), { output: toJsonValue(result.output), ref: version.label, replayed: result.replayed, prediction });
}

/** Failures that a caller branches on become members of the union; the others stay errors. */
function toOutcome(error: unknown): PaymentRequired | InputInvalid {
  if (!(error instanceof AppError)) throw error;
  const told = { code: error.code, message: error.message, fix: error.fix ?? null };
  if (error.code === 'INFERENCE.PAYMENT_REQUIRED') return Object.assign(new PaymentRequired(), told, error.details);
  if (error.code === 'INFERENCE.INPUT_INVALID' || error.code === 'INPUT.INVALID') {
    const problems = (error.details?.['problems'] as Problem[] | undefined) ?? [{ path: '', message: error.message }];
    return Object.assign(new InputInvalid(), told, { problems });
  }
  throw error;
}

function toPrediction(found: PredictionSummary): Prediction {
  return {
    id: found.id,
    status: found.status as PredictionStatus,
    modelId: found.modelId,
    versionId: found.versionId,
    units: [{ unit: found.unit, quantity: found.quantity }],
    amountNano: found.amountNano,
    currency: found.currency,
    queueMs: found.queueMicros / 1_000,
    computeMs: found.computeMicros / 1_000,
    totalMs: found.totalMicros / 1_000,
    errorCode: found.errorCode,
    occurredAt: found.occurredAt,
  };
}
