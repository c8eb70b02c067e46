import { Inject } from '@nestjs/common';
import { Field, ObjectType, Query, Resolver } from '@nestjs/graphql';
import { DATABASE, type Database } from '@steelyard/platform-database';
import { Public } from '@steelyard/platform-graphql';
import { version } from './version.js';

@ObjectType()
export class Platform {
  @Field(() => String)
  version!: string;

  @Field(() => String, { description: 'The database that this server runs on.' })
  database!: string;

  @Field(() => String, { description: 'Whether real money can be moved.' })
  payments!: string;
}

@Resolver()
export class PlatformResolver {
  constructor(@Inject(DATABASE) private readonly database: Database) {}

  @Query(() => Platform)
  @Public()
  platform(): Platform {
    return { version, database: this.database.description, payments: 'not configured' };
  }
}
