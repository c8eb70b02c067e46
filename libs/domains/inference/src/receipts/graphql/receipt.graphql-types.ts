import { Field, ID, ObjectType } from '@nestjs/graphql';
import { JsonScalar } from '@steelyard/platform-graphql';

@ObjectType({ description: 'What a prediction was charged for, signed by the platform.' })
export class Receipt {
  @Field(() => String, { description: 'A compact JWS (EdDSA): check it with the SDK, the command, or any JOSE library and the keys of `receiptKeys`.' })
  jws!: string;

  @Field(() => JsonScalar, { description: 'What it says.' })
  payload!: unknown;
}

@ObjectType({ description: 'A public key of the platform.' })
export class ReceiptKey {
  @Field(() => ID, { description: 'The thumbprint of the key (RFC 7638).' })
  kid!: string;

  @Field(() => JsonScalar, { description: 'The key as a JSON Web Key.' })
  jwk!: unknown;

  @Field(() => Date)
  createdAt!: Date;

  @Field(() => Date, { nullable: true, description: 'From then on it signed nothing more; what it signed before stays good.' })
  retiredAt!: Date | null;
}
