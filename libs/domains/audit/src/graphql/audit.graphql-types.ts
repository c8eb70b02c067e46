import { ArgsType, Field, ID, ObjectType, registerEnumType } from '@nestjs/graphql';
import type { AuditAction, AuditActorKind } from '@steelyard/audit';
import { connectionOf, PageArgs } from '@steelyard/platform-graphql';

const ACTION = { CREATED: 'created', CHANGED: 'changed', REMOVED: 'removed' } as const satisfies Record<string, AuditAction>;
const ACTOR_KIND = { KEY: 'key', PERSON: 'person', OPERATOR: 'operator', PLATFORM: 'platform' } as const satisfies Record<string, AuditActorKind>;
registerEnumType(ACTION, { name: 'AuditAction' });
registerEnumType(ACTOR_KIND, { name: 'AuditActorKind', description: 'PLATFORM: what the platform did by itself.' });

@ObjectType({ description: 'Who made a change.' })
export class AuditActor {
  @Field(() => ID)
  id!: string;

  @Field(() => ACTOR_KIND)
  kind!: AuditActorKind;

  @Field(() => String, { nullable: true, description: 'What the person or the key of the organization is called now.' })
  name!: string | null;
}

@ObjectType()
export class AuditChange {
  @Field(() => String)
  field!: string;

  @Field(() => String, { nullable: true, description: 'JSON; null for what was not there.' })
  before!: string | null;

  @Field(() => String, { nullable: true })
  after!: string | null;
}

@ObjectType({ description: 'A change of state: who made it, of what, and from what to what.' })
export class AuditEntry {
  @Field(() => String, { description: 'Its place in the chain, from 1.' })
  seq!: string;

  @Field(() => Date)
  at!: Date;

  @Field(() => AuditActor)
  actor!: AuditActor;

  @Field(() => ACTION)
  action!: AuditAction;

  @Field(() => String, { description: 'What sort of thing: api_key, member, ...' })
  object!: string;

  @Field(() => ID)
  objectId!: string;

  @Field(() => [AuditChange])
  changes!: AuditChange[];

  @Field(() => String, { nullable: true })
  reason!: string | null;

  @Field(() => String, { nullable: true })
  requestId!: string | null;

  @Field(() => String, { description: 'sha256 of the entry and of the hash before it.' })
  hash!: string;
}

export const AuditEntryConnection = connectionOf(AuditEntry, 'AuditEntry');

@ArgsType()
export class AuditEntriesArgs extends PageArgs {
  @Field(() => String, { nullable: true, description: 'Only of this sort of thing: api_key, member, ...' })
  object?: string | null;

  @Field(() => ID, { nullable: true, description: 'Only of this one thing.' })
  objectId?: string | null;

  @Field(() => ID, { nullable: true, description: "Only what this key (by its id) or person (person:<id>) did; steelyard for the platform." })
  actor?: string | null;
}
