import { Field, ID, InputType, ObjectType, registerEnumType } from '@nestjs/graphql';
import { connectionOf } from '@steelyard/platform-graphql';

export enum AbuseKind {
  ILLEGAL = 'illegal',
  HARMFUL = 'harmful',
  DECEPTIVE = 'deceptive',
  RIGHTS = 'rights',
  PRIVACY = 'privacy',
  OTHER = 'other',
}
registerEnumType(AbuseKind, {
  name: 'AbuseKind',
  valuesMap: {
    ILLEGAL: { description: 'It is against the law, or made for what is.' },
    HARMFUL: { description: 'It harms people.' },
    DECEPTIVE: { description: 'It is not what it says it is.' },
    RIGHTS: { description: 'It is somebody else’s: copyright, trade mark, licence.' },
    PRIVACY: { description: 'It tells what is nobody’s business.' },
  },
});

export enum ReportState {
  OPEN = 'open',
  DISMISSED = 'dismissed',
  TAKEN_DOWN = 'taken-down',
}
registerEnumType(ReportState, { name: 'AbuseReportState' });

export enum TakedownDecision {
  KEPT = 'kept',
  RESTORED = 'restored',
}
registerEnumType(TakedownDecision, { name: 'TakedownDecision' });

@ObjectType({ description: 'What somebody who is signed in told the operator of a model.' })
export class AbuseReport {
  @Field(() => ID)
  id!: string;

  @Field(() => String, { description: 'owner/name' })
  ref!: string;

  @Field(() => AbuseKind)
  kind!: AbuseKind;

  @Field(() => String)
  text!: string;

  @Field(() => ID, { description: 'person:<id>; nobody else is told.' })
  reporterId!: string;

  @Field(() => ReportState)
  state!: ReportState;

  @Field(() => String, { nullable: true, description: 'Why it was dismissed, or the model taken down.' })
  resolution!: string | null;

  @Field(() => Date)
  createdAt!: Date;

  @Field(() => Date, { nullable: true })
  resolvedAt!: Date | null;
}

@ObjectType()
export class AbuseReportConnection extends connectionOf(AbuseReport, 'AbuseReport') {}

@ObjectType({ description: 'That the operator took a model down. Until it is restored, every call is refused and nobody but its owner reads it.' })
export class Takedown {
  @Field(() => ID)
  id!: string;

  @Field(() => String, { description: 'owner/name' })
  ref!: string;

  @Field(() => String, { description: 'Told to whoever calls the model.' })
  reason!: string;

  @Field(() => Date)
  since!: Date;

  @Field(() => String, { nullable: true, description: "The provider's one note." })
  appeal!: string | null;

  @Field(() => Date, { nullable: true })
  appealedAt!: Date | null;

  @Field(() => TakedownDecision, { nullable: true })
  decision!: TakedownDecision | null;

  @Field(() => String, { nullable: true })
  decisionReason!: string | null;

  @Field(() => Date, { nullable: true })
  decidedAt!: Date | null;
}

@InputType()
export class ReportAbuseInput {
  @Field(() => String, { description: 'owner/name of a model that you can see.' })
  ref!: string;

  @Field(() => AbuseKind)
  kind!: AbuseKind;

  @Field(() => String, { description: 'What is wrong, 1 to 2000 characters.' })
  text!: string;
}

@InputType()
export class RulingInput {
  @Field(() => String, { description: 'owner/name' })
  ref!: string;

  @Field(() => String, { description: 'One line; its provider is told.' })
  reason!: string;
}

@InputType()
export class AppealTakedownInput {
  @Field(() => String, { description: 'Name of a model of your organization.' })
  model!: string;

  @Field(() => String, { description: 'What speaks for the model, 1 to 2000 characters.' })
  note!: string;
}
