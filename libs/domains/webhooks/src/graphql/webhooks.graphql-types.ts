import { ArgsType, Field, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { connectionOf, JsonScalar, PageArgs } from '@steelyard/platform-graphql';

@ObjectType({ description: 'An address that the organization is told at of what happens to it, by Standard Webhooks.' })
export class Webhook {
  @Field(() => ID)
  id!: string;

  @Field(() => String)
  url!: string;

  @Field(() => String, { description: 'What it is for.' })
  about!: string;

  @Field(() => [String], { description: 'Types of events; none stands for all, also for those that come to be later.' })
  types!: readonly string[];

  @Field(() => String, { nullable: true, description: 'Why nothing is sent there; null while it is sent to.' })
  disabled!: string | null;

  @Field(() => Date, { nullable: true, description: 'Until when messages are signed with the secret before as well.' })
  formerUntil!: Date | null;

  @Field(() => Date)
  createdAt!: Date;
}

@ObjectType({ description: 'A webhook with its secret, which is shown this once.' })
export class WebhookWithSecret {
  @Field(() => Webhook)
  webhook!: Webhook;

  @Field(() => String, { description: '`whsec_` and 32 bytes as base64.' })
  secret!: string;
}

@InputType()
export class AddWebhookInput {
  @Field(() => String)
  url!: string;

  @Field(() => String, { defaultValue: '' })
  about!: string;

  @Field(() => [String], { defaultValue: [], description: 'None for all.' })
  types!: string[];
}

@InputType({ description: 'What is absent stays.' })
export class ChangeWebhookInput {
  @Field(() => ID)
  id!: string;

  @Field(() => String, { nullable: true })
  url?: string | null;

  @Field(() => String, { nullable: true })
  about?: string | null;

  @Field(() => [String], { nullable: true })
  types?: string[] | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether anything is sent there.' })
  enabled?: boolean | null;
}

export enum WebhookDeliveryState {
  WAITING = 'waiting',
  DELIVERED = 'delivered',
  FAILED = 'failed',
}
registerEnumType(WebhookDeliveryState, {
  name: 'WebhookDeliveryState',
  valuesMap: {
    WAITING: { description: 'It is to be sent, or sent again.' },
    DELIVERED: { description: 'The address answered with a status of 200 to 299.' },
    FAILED: { description: 'It was tried for three days, or the address takes nothing any more.' },
  },
});

@ObjectType({ description: 'One request to an address, and what came of it.' })
export class WebhookAttempt {
  @Field(() => Date)
  at!: Date;

  @Field(() => Int)
  tookMs!: number;

  @Field(() => Int, { nullable: true, description: 'The HTTP status of the answer, if there was one.' })
  status!: number | null;

  @Field(() => String, { nullable: true, description: 'What went wrong; null when it was delivered.' })
  problem!: string | null;
}

@ObjectType({ description: 'An event that is told to one address. Kept for 30 days.' })
export class WebhookDelivery {
  @Field(() => ID)
  id!: string;

  @Field(() => ID)
  endpointId!: string;

  @Field(() => ID, { description: 'What receivers tell by what they have had already: the header `webhook-id`.' })
  eventId!: string;

  @Field(() => String)
  type!: string;

  @Field(() => JsonScalar)
  data!: unknown;

  @Field(() => WebhookDeliveryState)
  state!: WebhookDeliveryState;

  @Field(() => Date, { nullable: true, description: 'When it is sent next.' })
  nextAttemptAt!: Date | null;

  @Field(() => Date)
  createdAt!: Date;

  @Field(() => [WebhookAttempt], { description: 'Newest first, 20 at most.' })
  attempts!: readonly WebhookAttempt[];
}

@ObjectType()
export class WebhookDeliveryConnection extends connectionOf(WebhookDelivery, 'WebhookDelivery') {}

@ArgsType()
export class WebhookDeliveriesArgs extends PageArgs {
  @Field(() => ID, { nullable: true, description: 'Of one webhook.' })
  webhook?: string | null;

  @Field(() => WebhookDeliveryState, { nullable: true })
  state?: WebhookDeliveryState | null;
}
