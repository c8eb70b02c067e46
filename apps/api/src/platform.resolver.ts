import { Inject } from '@nestjs/common';
import { Field, ObjectType, Query, Resolver } from '@nestjs/graphql';
import { FrontDoor } from '@steelyard/domain-identity';
import { CONFIG, type Config } from '@steelyard/platform-config';
import { DATABASE, type Database } from '@steelyard/platform-database';
import { Public } from '@steelyard/platform-graphql';
import { version } from './version.js';

@ObjectType()
export class Platform {
  @Field(() => String)
  version!: string;

  @Field(() => String, { description: 'The database that this server runs on.' })
  database!: string;

  @Field(() => String, { description: 'What moves real money: stripe, or "not configured".' })
  payments!: string;

  @Field(() => String, { description: 'What amounts are in that name no other: ISO 4217 in lower case.' })
  currency!: string;

  @Field(() => Boolean, { description: 'Whether this is a demonstration with made-up history.' })
  demo!: boolean;

  @Field(() => Boolean, { description: 'Whether people sign in through the development issuer, where anybody may be anybody.' })
  developmentSignIn!: boolean;
}

@Resolver()
export class PlatformResolver {
  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(CONFIG) private readonly config: Pick<Config, 'demo' | 'stripeSecretKey' | 'paymentCurrency'>,
    @Inject(FrontDoor) private readonly door: FrontDoor,
  ) {}

  @Query(() => Platform)
  @Public()
  platform(): Platform {
    const { demo, paymentCurrency: currency, stripeSecretKey } = this.config;
    return { version, database: this.database.description, payments: stripeSecretKey === undefined ? 'not configured' : 'stripe', currency, demo, developmentSignIn: this.door.development };
  }
}
