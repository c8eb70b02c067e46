import { createUnionType, Field, ObjectType, registerEnumType } from '@nestjs/graphql';
import { JsonScalar, NanoScalar } from '@steelyard/platform-graphql';
import { InputInvalid, LimitReached, PaymentRequired, PredictSuccess } from './inference.graphql-types.js';

export enum WaitState {
  QUEUED = 'queued',
  LOADING = 'loading',
  RUNNING = 'running',
}

registerEnumType(WaitState, {
  name: 'WaitState',
  valuesMap: {
    QUEUED: { description: 'It waits behind others, or for room in memory.' },
    LOADING: { description: 'Its model is being loaded for it.' },
    RUNNING: { description: 'The model works on it.' },
  },
});

@ObjectType({ description: 'What a prediction waits for.' })
export class PredictionWaits {
  @Field(() => WaitState)
  state!: WaitState;
}

@ObjectType({ description: 'A part of the answer, while the model works.' })
export class PredictionPart {
  @Field(() => JsonScalar)
  part!: unknown;
}

@ObjectType({ description: 'It ended without an answer.' })
export class PredictionFailed {
  @Field(() => String)
  code!: string;

  @Field(() => String)
  message!: string;

  @Field(() => String, { nullable: true })
  fix!: string | null;

  @Field(() => Boolean, { description: 'Whether it costs anything: only where it was cut short after it had begun: by its own caller, or by what the caller can pay.' })
  charged!: boolean;

  @Field(() => NanoScalar, { nullable: true, description: 'What it costs, where it was cut short.' })
  amountNano!: string | null;

  @Field(() => String, { nullable: true })
  currency!: string | null;
}

const EVENTS = [PredictionPart, PredictionWaits, PredictSuccess, PaymentRequired, LimitReached, InputInvalid, PredictionFailed] as const;

/** `resolveType` must answer at once, without a promise: compiled queries do not wait for one. */
export const PredictionEvent = createUnionType({
  name: 'PredictionEvent',
  types: () => EVENTS,
  resolveType: (value: object) => EVENTS.find((type) => value instanceof type),
});
