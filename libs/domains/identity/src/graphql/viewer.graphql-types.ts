import { Field, ObjectType } from '@nestjs/graphql';
import { Organization, Role } from './identity.graphql-types.js';

@ObjectType({ description: 'An organization that you act for.' })
export class Membership {
  @Field(() => Organization)
  organization!: Organization;

  @Field(() => Role)
  role!: Role;

  @Field(() => [String])
  permissions!: string[];
}
