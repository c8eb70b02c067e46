import { Field, ID, InputType, ObjectType } from '@nestjs/graphql';

@ObjectType({ description: 'A public key that versions of your organization are signed with (Ed25519).' })
export class SigningKey {
  @Field(() => ID, { description: 'The thumbprint of the key (RFC 7638); `keyid` of what it signs.' })
  id!: string;

  @Field(() => String)
  name!: string;

  @Field(() => String, { description: 'SPKI, PEM.' })
  publicKey!: string;

  @Field(() => Date)
  createdAt!: Date;

  @Field(() => Date, { nullable: true, description: 'From then on nothing new is taken that it signs; versions that were published before stay.' })
  revokedAt!: Date | null;
}

@ObjectType({ description: 'How versions of your organization are signed.' })
export class Signing {
  @Field(() => [SigningKey], { description: 'The newest first, those that are revoked too.' })
  keys!: SigningKey[];

  @Field(() => Date, { nullable: true, description: 'Since then no unsigned version is published; null where versions need not be signed.' })
  requiredSince!: Date | null;
}

@InputType()
export class RegisterSigningKeyInput {
  @Field(() => String)
  name!: string;

  @Field(() => String, { description: 'SPKI, PEM: the public part alone.' })
  publicKey!: string;
}
