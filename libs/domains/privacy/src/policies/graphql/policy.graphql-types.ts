import { Field, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import type { PersonalKind } from '@steelyard/kernel';

/** Kinds as the schema has them: those of the kernel, in capitals. */
export enum PersonalDataKind {
  EMAIL = 'EMAIL',
  CARD = 'CARD',
  IBAN = 'IBAN',
  PHONE = 'PHONE',
  IP = 'IP',
  SECRET = 'SECRET',
}
registerEnumType(PersonalDataKind, { name: 'PersonalDataKind', description: 'What is recognised in texts.' });

const KINDS: Readonly<Record<PersonalKind, PersonalDataKind>> = {
  email: PersonalDataKind.EMAIL,
  card: PersonalDataKind.CARD,
  iban: PersonalDataKind.IBAN,
  phone: PersonalDataKind.PHONE,
  ip: PersonalDataKind.IP,
  secret: PersonalDataKind.SECRET,
};

export function shownKind(kind: PersonalKind): PersonalDataKind {
  return KINDS[kind];
}

export enum PrivacyScope {
  ORGANIZATION = 'ORGANIZATION',
  KEY = 'KEY',
  MODEL = 'MODEL',
}
registerEnumType(PrivacyScope, { name: 'PrivacyScope' });

@ObjectType()
export class PrivacyKey {
  @Field(() => ID)
  id!: string;

  @Field(() => String, { nullable: true })
  name!: string | null;
}

@ObjectType()
export class PrivacyModel {
  @Field(() => ID)
  id!: string;

  @Field(() => String, { nullable: true, description: 'owner/name; null where the organization may not see it any more.' })
  ref!: string | null;
}

@ObjectType({ description: 'What the organization wants for its calls. What several policies say of one call adds up.' })
export class PrivacyPolicy {
  @Field(() => PrivacyScope)
  scope!: PrivacyScope;

  @Field(() => PrivacyKey, { nullable: true })
  key!: PrivacyKey | null;

  @Field(() => PrivacyModel, { nullable: true })
  model!: PrivacyModel | null;

  @Field(() => [PersonalDataKind], { description: 'Masked before the model sees the input.' })
  mask!: PersonalDataKind[];

  @Field(() => [PersonalDataKind], { description: 'A call whose input holds one is refused, and not charged.' })
  block!: PersonalDataKind[];

  @Field(() => Int, { nullable: true, description: 'How long inputs and outputs are kept: 0 for not at all, not even in memory for a retry; null where the policy says nothing.' })
  retentionHours!: number | null;

  @Field(() => Date)
  updatedAt!: Date;
}

@InputType({ description: 'Of a key, of a model, or, without either, of the organization. What is left out of the rest stays as it is.' })
export class SetPrivacyPolicyInput {
  @Field(() => ID, { nullable: true })
  keyId?: string | null;

  @Field(() => String, { nullable: true, description: 'owner/name' })
  model?: string | null;

  @Field(() => [PersonalDataKind], { nullable: true })
  mask?: PersonalDataKind[] | null;

  @Field(() => [PersonalDataKind], { nullable: true })
  block?: PersonalDataKind[] | null;

  @Field(() => Int, { nullable: true, description: '0 to 8760; null has the policy say nothing.' })
  retentionHours?: number | null;
}

@InputType({ description: 'Of a key, of a model, or, without either, of the organization.' })
export class ClearPrivacyPolicyInput {
  @Field(() => ID, { nullable: true })
  keyId?: string | null;

  @Field(() => String, { nullable: true, description: 'owner/name' })
  model?: string | null;
}
