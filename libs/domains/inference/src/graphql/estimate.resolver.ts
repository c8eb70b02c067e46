import { Inject } from '@nestjs/common';
import { Args, Context, Query, Resolver } from '@nestjs/graphql';
import type { Caller } from '@steelyard/kernel';
import { Access, CurrentCaller, type GraphqlContext } from '@steelyard/platform-graphql';
import { EstimateCall } from '../charging/estimate-call.js';
import { Estimate, EstimateOutcome } from './estimate.graphql-types.js';
import { PredictInput, type PredictRefusal } from './inference.graphql-types.js';
import { toCommand, toRefusal } from './predict-outcome.js';

@Resolver()
export class EstimateResolver {
  constructor(@Inject(EstimateCall) private readonly estimateCall: EstimateCall) {}

  @Query(() => EstimateOutcome, { description: 'What a call would cost. Nothing is held and nothing runs.' })
  @Access('predict')
  async estimate(@CurrentCaller() caller: Caller, @Args('input') input: PredictInput, @Context() { signal }: GraphqlContext): Promise<Estimate | PredictRefusal> {
    try {
      const { version, free = null, refusal = null, budgetId = null, lines, ...amounts } = await this.estimateCall.estimate(toCommand(input, caller, { signal, span: undefined }));
      return Object.assign(new Estimate(), { ...amounts, ref: version.label, lines: [...lines], free, refusal, budgetId, isAllowed: refusal === null });
    } catch (error) {
      const invalid = toRefusal(error);
      if (invalid) return invalid;
      throw error;
    }
  }
}
