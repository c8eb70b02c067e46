import { Field, InputType, ObjectType, registerEnumType } from '@nestjs/graphql';

export enum ErasureState {
  WAITING = 'WAITING',
  CLOSING = 'CLOSING',
  DONE = 'DONE',
}
registerEnumType(ErasureState, {
  name: 'ErasureState',
  description: 'WAITING: it may be cancelled. CLOSING: keys, memberships and models are gone; the rest goes when what was under way has ended. DONE: what is left is records of money.',
});

@ObjectType({ description: 'That an organization is to be erased, and how far that has come.' })
export class Erasure {
  @Field(() => ErasureState)
  state!: ErasureState;

  @Field(() => Boolean, { description: 'What is left in the wallet, and what is earned and not paid, is given up.' })
  forfeit!: boolean;

  @Field(() => Date)
  requestedAt!: Date;

  @Field(() => Date, { description: 'Until then it may be cancelled.' })
  dueAt!: Date;

  @Field(() => Date, { nullable: true })
  erasedAt!: Date | null;

  @Field(() => [String], { description: 'What stood in the way when it was last tried, in words.' })
  obstacles!: string[];
}

@ObjectType()
export class OrganizationErasure extends Erasure {
  @Field(() => String, { description: 'The handle of the organization; of one that is erased its pseudonym.' })
  handle!: string;
}

@InputType()
export class RequestErasureInput {
  @Field(() => String, { description: "The organization's handle once more: this cannot be undone." })
  confirm!: string;

  @Field(() => Boolean, { nullable: true, description: 'Gives up what is left in the wallet and what is earned and not paid.' })
  forfeit?: boolean | null;
}
