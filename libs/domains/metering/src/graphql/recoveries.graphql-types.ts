import { ArgsType, Field, ID, ObjectType, registerEnumType } from '@nestjs/graphql';
import { connectionOf, PageArgs } from '@steelyard/platform-graphql';

export enum RecoveryAction {
  VOID = 'void',
  REFUSED = 'refused',
}
registerEnumType(RecoveryAction, {
  name: 'RecoveryAction',
  valuesMap: {
    VOID: { description: 'The call was begun and the server ended before it did. What was held for it was given back; nothing was charged.' },
    REFUSED: { description: 'The database would not take the usage, as `detail` says. Nothing was charged: it is a fault, to be reported.' },
  },
});

@ObjectType({ description: 'A call that was found in the log after a crash and became no usage.' })
export class UsageRecovery {
  @Field(() => ID, { description: 'The call.' })
  eventId!: string;

  @Field(() => String, { description: 'Handle of the organization that made the call.' })
  organization!: string;

  @Field(() => RecoveryAction)
  action!: RecoveryAction;

  @Field(() => String)
  detail!: string;

  @Field(() => Date, { description: 'When it was put right.' })
  createdAt!: Date;
}

export const UsageRecoveryConnection = connectionOf(UsageRecovery, 'UsageRecovery');

@ArgsType()
export class RecoveriesArgs extends PageArgs {
  @Field(() => RecoveryAction, { nullable: true, description: 'Only those that this was done with.' })
  action?: RecoveryAction | null;
}
